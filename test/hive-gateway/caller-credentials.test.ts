import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { callerCredentials, tokensIn } from '../../src/hive-gateway/caller-credentials.ts';

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

describe('tokensIn', () => {
  test('returns the tokens of the headers and those of the cookies, also of joined ones', () => {
    const [bearer, first, second, third] = [token(), token(), token(), token()];
    const cookies = [`__session=${first}; __session_ab=${second}`, `theme=dark, __session=${third}`];
    expect(tokensIn({ authorizations: [`Bearer ${bearer}`], cookies })).toEqual([
      bearer,
      first,
      second,
      third,
    ]);
  });

  test.each([
    ['twice', (a: string, b: string) => `Bearer ${a}, Bearer ${b}`],
    ['without a scheme', (a: string, b: string) => `${a},${b}`],
    ['after a tab', (a: string, b: string) => `Bearer\t${a} ${b}`],
    ['too long for Mintgate', (a: string, b: string) => `Bearer ${a} ${b} ${' '.repeat(17_000)}`],
  ])('returns tokens of an authorization that Mintgate refuses: %s', (_what, write) => {
    const [first, second] = [token(), token()];
    expect(tokensIn({ authorizations: [write(first, second)], cookies: [] })).toEqual([first, second]);
  });

  test('returns the session token beside cookies that are too long', () => {
    const session = token();
    const cookies = [`__session=${session}; __client_uat=${'1'.repeat(17_000)}`];
    expect(tokensIn({ authorizations: [], cookies })).toEqual([session]);
  });

  test('leaves out short values, by which a caller could find out other headers', () => {
    expect(tokensIn({ authorizations: ['Bearer a, b'], cookies: ['__session=key-1'] })).toEqual([]);
  });

  test('returns none without credentials', () => {
    expect(tokensIn({ authorizations: [], cookies: ['theme=dark'] })).toEqual([]);
  });
});
