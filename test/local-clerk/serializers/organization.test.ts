import { expect, test } from 'vitest';
import { organizationSchema } from '../../../src/local-clerk/data/organization-schema.ts';
import {
  serializeOrganization,
  serializeOrganizationWithCount,
} from '../../../src/local-clerk/serializers/organization.ts';
import { toOrganization } from '../../../src/local-clerk/store/organization.ts';
import { testStore } from '../test-instance.ts';

const organization = (change: object) =>
  toOrganization(organizationSchema.parse({ id: 'org_a', ...change }), 0);

test('an organization is shown without its plans and features', () => {
  expect(serializeOrganization(organization({ plans: ['team'], features: ['reports'] }))).toEqual({
    object: 'organization',
    id: 'org_a',
    name: 'org_a',
    slug: 'a',
    image_url: '',
    has_image: false,
    max_allowed_memberships: 5,
    admin_delete_enabled: true,
    public_metadata: {},
    private_metadata: {},
    created_at: 1_704_067_200_000,
    updated_at: 1_704_067_200_000,
  });
});

test('the creator is shown only when the data have one', () => {
  expect(serializeOrganization(organization({ created_by: 'user_x' }))).toHaveProperty(
    'created_by',
    'user_x',
  );
});

test('the number of members counts those of the organization', () => {
  const store = testStore();
  const acme = store.organizations.get('org_acme');
  expect(acme && serializeOrganizationWithCount(store, acme)).toMatchObject({
    id: 'org_acme',
    members_count: 2,
  });
});
