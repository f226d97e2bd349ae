import { expect, test } from 'vitest';
import { demoMemberships, demoOrganizations, demoUsers } from '../../../src/local-clerk/data/demo-users.ts';

test('the users have names and addresses that cannot receive mail', () => {
  for (const user of demoUsers()) {
    expect(user.first_name).toBeTruthy();
    expect(user.email_address).toMatch(/@example\.com$/);
  }
});

test('each member is an admin of one organization and a member of the other', () => {
  const roles = Map.groupBy(demoMemberships(), ({ user_id }) => user_id);
  expect([...roles.keys()]).toEqual(['user_ada', 'user_grace']);
  for (const memberships of roles.values()) {
    expect(memberships.map(({ role }) => role).sort()).toEqual(['org:admin', 'org:member']);
    expect(memberships.map(({ organization_id }) => organization_id)).toEqual(
      demoOrganizations().map(({ id }) => id),
    );
  }
});
