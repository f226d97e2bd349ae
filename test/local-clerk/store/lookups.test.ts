import { describe, expect, test } from 'vitest';
import {
  findMembership,
  findTemplateByName,
  organizationOfMembership,
  requireMembership,
  requireSession,
  requireUser,
  userOfMembership,
} from '../../../src/local-clerk/store/lookups.ts';
import { testStore } from '../test-instance.ts';

const store = testStore();

describe('a lookup', () => {
  test('finds what the store has', () => {
    const membership = requireMembership(store, 'user_ada', 'org_acme');
    expect(findMembership(store, 'user_ada', 'org_acme')).toBe(membership);
    expect(userOfMembership(store, membership).id).toBe('user_ada');
    expect(organizationOfMembership(store, membership).id).toBe('org_acme');
    expect(requireSession(store, 'sess_ada').id).toBe('sess_ada');
    expect(requireUser(store, 'user_ada').id).toBe('user_ada');
    expect(findTemplateByName(store, 'hasura')?.id).toBe('jtmp_hasura');
  });

  test('finds nothing for null, a name in another case, or a name of Object.prototype', () => {
    expect(findMembership(store, 'user_ada', null)).toBeUndefined();
    expect(findMembership(store, 'user_support', 'org_acme')).toBeUndefined();
    expect(findTemplateByName(store, 'Hasura')).toBeUndefined();
    expect(() => requireUser(store, 'constructor')).toThrow();
  });

  test('that must succeed names the unknown id', () => {
    expect(() => requireSession(store, 'sess_none')).toThrow('The local Clerk has no session "sess_none".');
    expect(() => requireUser(store, 'user_none')).toThrow('The local Clerk has no user "user_none".');
    expect(() => requireMembership(store, 'user_support', 'org_acme')).toThrow(
      'The local Clerk has no membership of user "user_support" in organization "org_acme".',
    );
  });

  test('through a membership names the membership when user or organization is missing', () => {
    const broken = testStore();
    const membership = requireMembership(broken, 'user_ada', 'org_acme');
    broken.users.clear();
    broken.organizations.clear();
    expect(() => userOfMembership(broken, membership)).toThrow('"orgmem_ada_acme" names an unknown user');
    expect(() => organizationOfMembership(broken, membership)).toThrow('names an unknown organization');
  });
});
