import { describe, expect, test } from 'vitest';
import { sessionIdentity } from '../../src/client/session-identity.ts';
import { sessionToken } from './fake-gateway.ts';

describe('sessionIdentity', () => {
  test('is equal for session tokens of one session with different times and ids', () => {
    const [first, second] = [sessionToken({ nbf: 1, fva: [1, -1] }), sessionToken({ nbf: 2, fva: [2, -1] })];
    expect(first).not.toBe(second);
    expect(sessionIdentity(first)).toBe(sessionIdentity(second));
  });

  test.each([
    { sid: 'sess_grace' },
    { sub: 'user_grace' },
    { org_id: 'org_acme' },
    { act: { sub: 'user_support' } },
  ])('differs with the claims %j', (claims) => {
    expect(sessionIdentity(sessionToken(claims))).not.toBe(sessionIdentity(sessionToken()));
  });

  test('reads claims beyond ASCII, and base64url', () => {
    const one = { name: 'Zoë 🙂 ÿþ>>>???' };
    expect(sessionIdentity(sessionToken(one))).toBe(sessionIdentity(sessionToken(one)));
    expect(sessionIdentity(sessionToken(one))).not.toBe(sessionIdentity(sessionToken({ name: 'Zoe' })));
  });

  test.each(['', 'opaque', 'a.b.c', 'a..c', `a.${btoa('{"sub":"x"}')}.c`, `a.${btoa('null')}.c`])(
    'is the text itself, for %j',
    (text) => {
      expect(sessionIdentity(text)).toBe(text);
    },
  );
});
