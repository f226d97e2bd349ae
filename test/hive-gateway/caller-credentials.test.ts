import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { callerCredentials, sessionTokensIn } from '../../src/hive-gateway/caller-credentials.ts';

const token = () => randomBytes(60).toString('base64url');
const origin = 'https://app.example.com';

describe('callerCredentials', () => {
  test('of a request with a Bearer token are that header alone', () => {
    const bearer = token();
    const headers = new Headers({
      authorization: `bearer  ${bearer}`,
      cookie: `__session=${token()}`,
      origin,
    });
    expect(callerCredentials(headers)).toEqual({
      kind: 'headers',
      headers: { authorization: `Bearer ${bearer}` },
    });
  });

  test("of a request with Clerk's cookies are those cookies, with what proves the origin of the page", () => {
    const session = token();
    const headers = new Headers({
      cookie: `theme=dark; __session=${session}; __client_uat=1`,
      ...{ origin, 'sec-fetch-site': 'same-site', referer: origin, 'x-user-id': 'user_ada' },
    });
    expect(callerCredentials(headers)).toEqual({
      kind: 'headers',
      headers: { cookie: `__session=${session}; __client_uat=1`, origin, 'sec-fetch-site': 'same-site' },
    });
  });

  test.each([
    ['no credentials', {}],
    ['other cookies', { cookie: 'theme=dark' }],
    ['the cookies of a signed-out browser', { cookie: '__client_uat=0; __clerk_db_jwt=dvb_1; __session=' }],
  ])('of a request with %s are none', (_what, headers: Record<string, string>) => {
    expect(callerCredentials(new Headers(headers))).toEqual({ kind: 'none' });
  });

  test.each([
    ['another scheme', 'Basic YTpi'],
    ['two tokens', 'Bearer a b'],
    ['a token that is too long', `Bearer ${'a'.repeat(17_000)}`],
  ])('of a request with %s are unusable, also beside cookies', (_what, authorization) => {
    const headers = new Headers({ authorization, cookie: `__session=${token()}` });
    expect(callerCredentials(headers)).toEqual({ kind: 'unusable' });
  });
});

describe('sessionTokensIn', () => {
  test('returns the token of the header and those of the cookies', () => {
    const [bearer, first, second] = [token(), token(), token()];
    const headers = new Headers({
      authorization: `Bearer ${bearer}`,
      cookie: `__session=${first}; __session_ab=${second}`,
    });
    expect(sessionTokensIn(headers)).toEqual([bearer, first, second]);
  });

  test('leaves out short values, by which a caller could find out other headers', () => {
    expect(sessionTokensIn(new Headers({ authorization: 'Bearer a', cookie: '__session=key-1' }))).toEqual(
      [],
    );
  });

  test('returns none without credentials', () => {
    expect(sessionTokensIn(new Headers())).toEqual([]);
  });
});
