import { expect, test } from 'vitest';
import { dataSchema } from '../../../src/local-clerk/data/data-schema.ts';
import { schemaProblems } from '../schema-problems.ts';

const users = [{ id: 'user_x' }];
const organizations = [{ id: 'org_a' }];
const membership = { user_id: 'user_x', organization_id: 'org_a' };

test.each<[string, object]>([
  [
    'organization_memberships[0].organization_id: expected the id of an organization in this file, got "org_a"',
    { users, organization_memberships: [membership] },
  ],
  [
    'organization_memberships[0].user_id: expected the id of a user in this file, got "user_x"',
    { organizations, organization_memberships: [membership] },
  ],
  [
    'organization_memberships[1]: expected "user_x" to be a member of "org_a" only once',
    { users, organizations, organization_memberships: [membership, membership] },
  ],
  [
    'sessions[0].user_id: expected the id of a user in this file, got "user_y"',
    { users, sessions: [{ id: 's', user_id: 'user_y' }] },
  ],
  [
    'sessions[0].last_active_organization_id: expected an organization that "user_x" is a member of, got "org_a"',
    {
      users,
      organizations,
      sessions: [{ id: 's', user_id: 'user_x', last_active_organization_id: 'org_a' }],
    },
  ],
])('%s', (problem, data) => {
  expect(schemaProblems(dataSchema, data)).toEqual([problem]);
});

test('ids that the data define are accepted, in both forms of a membership', () => {
  const nested = { public_user_data: { user_id: 'user_x' }, organization: { id: 'org_a' } };
  const sessions = [{ id: 's', user_id: 'user_x', last_active_organization_id: 'org_a' }];
  for (const entry of [membership, nested]) {
    const data = { users, organizations, organization_memberships: [entry], sessions };
    expect(schemaProblems(dataSchema, data)).toEqual([]);
  }
});
