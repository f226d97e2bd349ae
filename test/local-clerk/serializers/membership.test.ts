import { expect, test } from 'vitest';
import { serializeMembership } from '../../../src/local-clerk/serializers/membership.ts';
import { serializeOrganization } from '../../../src/local-clerk/serializers/organization.ts';
import { requireMembership } from '../../../src/local-clerk/store/lookups.ts';
import { testStore } from '../test-instance.ts';

test('a membership is shown with its organization and the public data of its user', () => {
  const store = testStore();
  const membership = requireMembership(store, 'user_ada', 'org_acme');
  const organization = store.organizations.get('org_acme');
  expect(serializeMembership(store, membership)).toMatchObject({
    object: 'organization_membership',
    id: 'orgmem_ada_acme',
    role: 'org:admin',
    role_name: 'Admin',
    permissions: ['org:reports:read', 'org:reports:write', 'org:invoices:read'],
    organization: organization && serializeOrganization(organization),
    public_user_data: { user_id: 'user_ada', identifier: 'ada@example.com', has_image: false, banned: false },
  });
});

test('the identifier is the username of a user without an e-mail address', () => {
  const store = testStore({
    users: [{ id: 'user_x', username: 'x', image_url: 'https://img.example/x.png' }],
    organizations: [{ id: 'org_a' }],
    organization_memberships: [{ user_id: 'user_x', organization_id: 'org_a' }],
  });
  const { public_user_data } = serializeMembership(store, requireMembership(store, 'user_x', 'org_a'));
  expect(public_user_data).toMatchObject({ identifier: 'x', has_image: true });
});

test('a membership whose organization is missing is an error', () => {
  const store = testStore();
  const membership = requireMembership(store, 'user_ada', 'org_acme');
  store.organizations.clear();
  expect(() => serializeMembership(store, membership)).toThrow(
    '"orgmem_ada_acme" names an unknown organization',
  );
});
