import { describe, expect, test } from 'vitest';
import { carriesSessionCookies, readCredentials, reliesOnCookies } from '../../src/auth/credentials.ts';

const read = (headers: Record<string, string>) => readCredentials(new Headers(headers));

describe('an Authorization header', () => {
  test.each(['Bearer a.b.c', 'bearer a.b.c', 'BEARER   a.b.c'])('%j has the token a.b.c', (authorization) => {
    expect(read({ authorization })).toEqual({ kind: 'bearer', token: 'a.b.c' });
  });

  test.each(['', 'Bearer', 'Basic a', 'a.b.c', 'Bearer a b', 'Bearer a,b', 'Bearer "a"', 'Bearer\ta'])(
    '%j is unusable',
    (authorization) => {
      expect(read({ authorization })).toMatchObject({ kind: 'unusable' });
    },
  );

  test('takes precedence over cookies, also where it is unusable', () => {
    const cookie = '__session=a.b.c';
    expect(read({ cookie, authorization: 'Bearer d.e.f' })).toEqual({ kind: 'bearer', token: 'd.e.f' });
    expect(read({ cookie, authorization: 'Basic x' })).toMatchObject({ kind: 'unusable' });
  });

  test('is unusable with more than 16,384 characters', () => {
    const ofLength = (length: number) => ({ authorization: `Bearer ${'a'.repeat(length - 7)}` });
    expect(read(ofLength(16_384)).kind).toBe('bearer');
    expect(read(ofLength(16_385)).kind).toBe('unusable');
  });
});

describe('cookies', () => {
  test('are reduced to those of Clerk, without handshakes', () => {
    const cookie =
      'theme=dark; __session=a.b.c; __client_uat=1; __clerk_handshake=x; __session_Ab-1=d.e.f; __clerk_db_jwt=y';
    expect(read({ cookie })).toEqual({
      kind: 'cookies',
      cookie: '__session=a.b.c; __client_uat=1; __session_Ab-1=d.e.f; __clerk_db_jwt=y',
      tokens: ['a.b.c', 'd.e.f'],
    });
  });

  test.each(['', 'theme=dark', '__session=', '__sessions=a', 'x__session=a', '__client_uat=1', '__session'])(
    '%j are not credentials',
    (cookie) => {
      expect(read({ cookie })).toEqual({ kind: 'none' });
    },
  );

  test('are unusable with more than 16,384 characters', () => {
    expect(read({ cookie: `__session=${'a'.repeat(16_374)}` }).kind).toBe('cookies');
    expect(read({ cookie: `__session=${'a'.repeat(16_375)}` }).kind).toBe('unusable');
  });
});

test('a request without headers has no credentials', () => {
  expect(read({})).toEqual({ kind: 'none' });
});

test.each<[Record<string, string>, boolean, boolean]>([
  [{}, false, false],
  [{ cookie: '__session=a' }, true, true],
  [{ cookie: '__session_suffix=a' }, true, true],
  [{ cookie: '__session=' }, false, false],
  [{ cookie: '__client_uat=1' }, false, false],
  [{ cookie: '__session=a', authorization: 'Basic x' }, true, false],
  [{ authorization: 'Bearer a' }, false, false],
])('%j carries session cookies: %j, and relies on them: %j', (headers, carries, relies) => {
  expect(carriesSessionCookies(new Headers(headers))).toBe(carries);
  expect(reliesOnCookies(new Headers(headers))).toBe(relies);
});
