import { expect, test } from 'vitest';
import { organizationSchema } from '../../../src/local-clerk/data/organization-schema.ts';
import { toOrganization } from '../../../src/local-clerk/store/organization.ts';

const organization = (change: object = {}, index = 0) =>
  toOrganization(organizationSchema.parse({ id: 'org_Acme', ...change }), index);

test('name and slug are derived from the id unless the data have them', () => {
  expect(organization()).toMatchObject({ name: 'org_Acme', slug: 'acme' });
  expect(organization({ name: 'Acme Inc.', slug: 'a' })).toMatchObject({ name: 'Acme Inc.', slug: 'a' });
});

test('an organization without dates is created in the order of the data', () => {
  expect(organization({}, 2).created_at - organization({}, 1).created_at).toBe(1000);
  expect(organization({ created_at: 5 })).toMatchObject({ created_at: 5, updated_at: 5 });
});
