import { describe, expect, test } from 'vitest';
import { callerFromClaims, type SessionClaims } from '../../src/auth/caller.ts';
import { sessionClaims } from '../support/tokens.ts';

const callerOf = (claims: Record<string, unknown> = {}) =>
  callerFromClaims(sessionClaims(claims) as SessionClaims);

describe('a caller', () => {
  test('has the ids, the expiry and all claims of its session token', () => {
    const claims = sessionClaims({ custom: 'kept' }) as SessionClaims;
    expect(callerFromClaims(claims)).toMatchObject({
      sessionId: 'sess_ada',
      userId: 'user_ada',
      organizationId: null,
      actorId: null,
      claims,
      expiresAt: claims.exp,
    });
  });

  test.each<[string, Record<string, unknown>, string | null]>([
    ['of version 2', { v: 2, o: { id: 'org_acme' } }, 'org_acme'],
    ['of version 1', { v: 1, org_id: 'org_acme' }, 'org_acme'],
    ['without a version', { v: undefined, org_id: 'org_acme' }, 'org_acme'],
    ['of version 2 with the claim of version 1', { v: 2, org_id: 'org_acme' }, null],
    ['with an empty id', { v: 2, o: { id: '' } }, null],
    ['with an id that is not text', { v: 2, o: { id: 5 } }, null],
    ['whose o is not an object', { v: 2, o: 'org_acme' }, null],
  ])('of a token %s has the active organization', (_what, claims, organizationId) => {
    expect(callerOf(claims).organizationId).toBe(organizationId);
  });

  test.each<[unknown, string | null]>([
    [undefined, null],
    [null, null],
    [{ sub: 'user_support' }, 'user_support'],
    [{}, 'unknown'],
    [{ sub: 5 }, 'unknown'],
    ['user_support', 'unknown'],
    [[], 'unknown'],
  ])('whose claim act is %j has the actor %j', (act, actorId) => {
    expect(callerOf({ act }).actorId).toBe(actorId);
  });
});

describe('has()', () => {
  const admin = callerOf({ v: 2, o: { id: 'org_acme', rol: 'admin' }, pla: 'u:pro', fea: 'u:exports' });

  test('answers as Clerk does, from the claims', () => {
    expect(admin.has({ role: 'org:admin' })).toBe(true);
    expect(admin.has({ role: 'org:member' })).toBe(false);
    expect(admin.has({ plan: 'pro' })).toBe(true);
    expect(admin.has({ feature: 'exports' })).toBe(true);
    expect(admin.has({ feature: 'imports' })).toBe(false);
  });

  test('is false for a role without an organization', () => {
    expect(callerOf().has({ role: 'org:admin' })).toBe(false);
  });
});
