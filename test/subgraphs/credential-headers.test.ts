import { describe, expect, test } from 'vitest';
import { hasClerkCookies, withoutClerkCookies } from '../../src/subgraphs/credential-headers.ts';

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
  ])('%s', (_what, cookie, expected) => {
    expect(withoutClerkCookies(cookie)).toBe(expected);
  });
});

describe('hasClerkCookies', () => {
  test.each([
    ['__session=x', true],
    ['theme=dark; __client_uat_Ab1=0', true],
    ['theme=dark;__clerk_db_jwt=x', true],
    ['theme=dark; my__session=x', false],
    ['', false],
  ])('%j: %j', (cookie, expected) => {
    expect(hasClerkCookies(cookie)).toBe(expected);
  });
});
