import { constants } from '@clerk/backend/internal';
import { describe, expect, test } from 'vitest';
import {
  clerkCookiesIn,
  hasClerkCookies,
  withoutClerkCookies,
} from '../../src/subgraphs/credential-headers.ts';

describe('withoutClerkCookies', () => {
  test.each([
    ['other cookies alone', 'theme=dark; lang=de', 'theme=dark; lang=de'],
    ['cookies around a session', 'theme=dark; __session=x; lang=de', 'theme=dark; lang=de'],
    ['all kinds, with suffixes', '__session_Ab1-=x; __client_uat_Ab1-=1; __clerk_db_jwt=y; a=b', 'a=b'],
    ['no space after the semicolon', '__session=x;a=b;__client_uat=1', 'a=b'],
    ['a name that only contains the words', 'my__session=x', 'my__session=x'],
    ['credentials alone', '__session=x; __client_uat=1', undefined],
    ['a cookie without a value', '__session; a', 'a'],
    ['an empty header', '', undefined],
    ['the handshake', '__clerk_handshake=x; __clerk_handshake_nonce=y; a=b', 'a=b'],
    ['the client and the refresh token', '__client=x; __refresh_Ab1=y; a=b', 'a=b'],
    ['a comma in place of a semicolon', 'lang=de; a=b, __session=x; c=d', 'lang=de; c=d'],
    ['another case', '__SESSION=x; __Client_Uat=1; a=b', 'a=b'],
    ['a control character before the name', '\u0000__session=x; \u001f__session=x; a=b', 'a=b'],
    ['a zero-width space before the name', '\u200b__session=x; a=b', 'a=b'],
    ['a quotation mark before the name', 'a="b;__session=x"; c=d', 'a="b; c=d'],
    ['a cookie whose value is another', 'copy=__session=x; a=b', 'a=b'],
    [
      'names with a prefix',
      'next.__session=x; a-__client=y; A__clerk=z',
      'next.__session=x; a-__client=y; A__clerk=z',
    ],
    [
      'names that resemble them',
      '_session=x; __sess=y; __csrf=z; session=w',
      '_session=x; __sess=y; __csrf=z; session=w',
    ],
  ])('%s', (_what, cookie, expected) => {
    expect(withoutClerkCookies(cookie)).toBe(expected);
  });

  test("leaves none of the cookies of Clerk's SDK", () => {
    const names = Object.values(constants.Cookies).flatMap((name) => [name, `${name}_Ab1-`]);
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(withoutClerkCookies(`a=b; ${name}=x; c=d`), name).toBe('a=b; c=d');
  });
});

test('clerkCookiesIn returns the cookies of Clerk alone', () => {
  expect(clerkCookiesIn('a=b; __session=x;__CLIENT=y')).toEqual([' __session=x', '__CLIENT=y']);
  expect(clerkCookiesIn('')).toEqual([]);
});

describe('hasClerkCookies', () => {
  test.each([
    ['__session=x', true],
    ['theme=dark; __client_uat_Ab1=0', true],
    ['theme=dark;__clerk_db_jwt=x', true],
    ['a=b, __SESSION=x', true],
    ['theme=dark; my__session=x', false],
    ['', false],
  ])('%j: %j', (cookie, expected) => {
    expect(hasClerkCookies(cookie)).toBe(expected);
  });
});
