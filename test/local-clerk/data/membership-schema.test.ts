import { describe, expect, test } from 'vitest';
import { membershipIds, membershipSchema } from '../../../src/local-clerk/data/membership-schema.ts';
import { schemaProblems } from '../schema-problems.ts';

const ids = { user_id: 'user_x', organization_id: 'org_a' };
const nested = { public_user_data: { user_id: 'user_x' }, organization: { id: 'org_a' } };

describe('a membership', () => {
  test('has the role of a member and no permissions by default', () => {
    expect(membershipSchema.parse(ids)).toMatchObject({ role: 'org:member', permissions: [] });
  });

  test('gets the prefix org: in role and permissions', () => {
    const membership = { ...ids, role: 'admin', permissions: ['a:read', 'org:a:write'] };
    expect(membershipSchema.parse(membership)).toMatchObject({
      role: 'org:admin',
      permissions: ['org:a:read', 'org:a:write'],
    });
  });

  test.each([ids, nested, { ...ids, ...nested }])('names its user and its organization: %j', (fields) => {
    expect(schemaProblems(membershipSchema, fields)).toEqual([]);
    expect(membershipIds(fields)).toEqual({ userId: 'user_x', organizationId: 'org_a' });
  });

  test('without ids is refused for both', () => {
    expect(membershipIds({})).toEqual({ userId: '', organizationId: '' });
    expect(schemaProblems(membershipSchema, {})).toEqual([
      'user_id: expected an id',
      'organization_id: expected an id',
    ]);
  });

  test.each<[string, object]>([
    ['permissions[0]: expected a permission such as org:invoices:read', { permissions: ['read'] }],
    ['role: expected a role such as org:admin', { role: 'a b' }],
    ['organization.id: expected 1 to 100 letters', { organization: { id: '' } }],
  ])('is refused: %s', (problem, change) => {
    expect(schemaProblems(membershipSchema, { ...ids, ...change })).toEqual([
      expect.stringContaining(problem),
    ]);
  });
});
