import { describe, expect, test } from 'vitest';
import type { SessionClaims } from '../../src/auth/caller.ts';
import { authenticateClaims, findTimeRefusal, sessionTokenCategory } from '../../src/auth/session-claims.ts';
import { malformedIds, sessionClaims } from '../support/tokens.ts';

const rules = {
  authorizedParties: ['https://app.example.com'],
  acceptMissingAzp: false,
  maxSessionTokenLifetime: 600,
};
const now = 1_900_000_000;
const good = sessionClaims({
  azp: 'https://app.example.com',
  iat: now,
  nbf: now - 10,
  exp: now + 60,
}) as SessionClaims;
const authenticate = (claims: Record<string, unknown> = {}, header?: { cat?: string }) =>
  authenticateClaims({ ...good, ...claims } as SessionClaims, header, rules);

describe('verified claims', () => {
  test('of an active session authenticate its caller', () => {
    for (const header of [undefined, {}, { cat: sessionTokenCategory }])
      expect(authenticate({}, header)).toMatchObject({
        kind: 'authenticated',
        caller: { sessionId: 'sess_ada', userId: 'user_ada' },
      });
  });

  test.each<[string, Record<string, unknown>]>([
    ['no session id (sid)', { sid: undefined }],
    ['no session id (sid)', { sid: '' }],
    ['no session id (sid)', { sid: 5 }],
    ['malformed session id (sid)', { sid: 'sess/ada' }],
    ['no user id (sub)', { sub: undefined }],
    ['no user id (sub)', { sub: '' }],
    ['a machine token (sub)', { sub: 'mch_1' }],
    ['session is not active (sts)', { sts: 'pending' }],
    ['session is not active (sts)', { sts: null }],
    ['no valid lifetime (iat, exp)', { iat: undefined }],
    ['no valid lifetime (iat, exp)', { exp: String(now) }],
    ['no valid lifetime (iat, exp)', { exp: now }],
    ['no valid lifetime (iat, exp)', { exp: 1e300, iat: 1e300 }],
    ['lifetime exceeds maxSessionTokenLifetime (iat, exp)', { exp: now + 601 }],
  ])('are refused with the reason: %s', (reason, claims) => {
    expect(authenticate(claims)).toMatchObject({ kind: 'refused', reason });
  });

  test('A08 are refused with the category of another token', () => {
    expect(authenticate({}, { cat: 'cl_B7d4PD222AAA' })).toMatchObject({
      reason: 'not a session token (cat)',
    });
  });

  test('A09 are refused with another authorized party, whose name is in the detail alone', () => {
    expect(authenticate({ azp: 'https://evil.example' })).toEqual({
      kind: 'refused',
      reason: 'token-invalid-authorized-parties',
      detail: 'the token names https://evil.example (azp)',
    });
  });

  test('A22 are refused with a malformed session id', () => {
    for (const sid of malformedIds) expect(authenticate({ sid }).kind).toBe('refused');
    for (const sid of ['s', 'sess_2aZ-0_', 'x'.repeat(128)])
      expect(authenticate({ sid }).kind).toBe('authenticated');
  });

  test('A18 are accepted with exactly the longest lifetime', () => {
    expect(authenticate({ exp: now + 600 }).kind).toBe('authenticated');
  });

  test('are accepted without a session status', () => {
    expect(authenticate({ sts: undefined }).kind).toBe('authenticated');
  });
});

describe('the times of claims, with a skew of 5 s', () => {
  test.each<[string | undefined, Record<string, unknown>]>([
    [undefined, {}],
    [undefined, { exp: now - 4 }],
    ['expired (exp)', { exp: now - 5 }],
    [undefined, { iat: now + 5 }],
    ['issued in the future (iat)', { iat: now + 6 }],
    [undefined, { nbf: undefined }],
    [undefined, { nbf: now + 5 }],
    ['not valid yet (nbf)', { nbf: now + 6 }],
    ['not valid yet (nbf)', { nbf: String(now) }],
  ])('A02 A03 yield the reason %j for %j', (reason, claims) => {
    expect(findTimeRefusal({ ...good, ...claims } as SessionClaims, now)).toBe(reason);
  });
});
