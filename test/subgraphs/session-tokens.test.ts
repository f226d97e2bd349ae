import { describe, expect, test } from 'vitest';
import { sessionTokensIn } from '../../src/subgraphs/session-tokens.ts';

/** Returns a text with the form of a JWT. */
const jwt = (part: string, length = 30) => [part, part, part].map((text) => text.repeat(length)).join('.');
const [one, other] = [jwt('a'), jwt('b_-')];

describe('sessionTokensIn', () => {
  test.each<[string, string[], string[]]>([
    ['a Bearer token', [`Bearer ${one}`], [one]],
    ['a cookie', [`__session=${one}`, ` __client_uat=1`], [one]],
    ['several of one credential', [`Bearer ${one}, Bearer ${other}`], [one, other]],
    ['the same one twice', [`Bearer ${one}`, `__session=${one}`], [one]],
    ['another scheme, a tab, or none', [`Token ${one}`, `Bearer\t${other}`, one], [one, other]],
    ['quotation marks and zero-width characters', [`"${one}"`, `\u200b${other}\u200b`], [one, other]],
    ['no credential', [], []],
  ])('finds %s', (_what, credentials, tokens) => {
    expect(sessionTokensIn(credentials)).toEqual(tokens);
  });

  test.each([
    ['', 'Bearer', 'Bearer x', 'Basic eDp5'],
    [`Bearer ${'a'.repeat(100)}`],
    [`Bearer ${jwt('a')}.${'a'.repeat(30)}`],
  ])('finds nothing in what is no JWT: %j', (...credentials) => {
    expect(sessionTokensIn(credentials)).toEqual([]);
  });

  test('finds no text that is short enough to be guessed', () => {
    expect(sessionTokensIn([`Bearer ${jwt('a', 20)}`])).toEqual([]);
    expect(sessionTokensIn([`Bearer ${jwt('a', 21)}`])).toHaveLength(1);
  });
});
