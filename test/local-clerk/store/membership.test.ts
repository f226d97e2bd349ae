import { expect, test } from 'vitest';
import { membershipSchema } from '../../../src/local-clerk/data/membership-schema.ts';
import { toMembership } from '../../../src/local-clerk/store/membership.ts';

const ids = { user_id: 'user_x', organization_id: 'org_a' };
const membership = (change: object = {}) => toMembership(membershipSchema.parse({ ...ids, ...change }), 0);

test('the id is derived from those of user and organization', () => {
  expect(membership()).toMatchObject({ id: 'orgmem_x_a', ...ids, role: 'org:member', permissions: [] });
  expect(membership({ id: 'orgmem_1' }).id).toBe('orgmem_1');
});

test('Clerk’s shape with nested objects becomes the same membership', () => {
  const nested = { public_user_data: { user_id: 'user_x' }, organization: { id: 'org_a' } };
  expect(toMembership(membershipSchema.parse(nested), 0)).toEqual(membership());
});

test('null as permissions counts as none', () => {
  expect(membership({ permissions: null }).permissions).toEqual([]);
});
