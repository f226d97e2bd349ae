import { describe, expect, test } from 'vitest';
import { webhookSigningSecret } from '../../src/config/key-formats.ts';
import { secretList } from '../../src/config/secret-list.ts';

const format = secretList(webhookSigningSecret);
const secret = (letter: string) => `whsec_${letter.repeat(32)}`;

/** Returns the path and the message of the first error about a value. */
function errorOf(value: unknown): [path: string, message: string] | undefined {
  const [issue] = format.schema.safeParse(value).error?.issues ?? [];
  if (issue?.code === 'invalid_union') {
    const [deep] = issue.errors.find((issues) => issues.every(({ path }) => path.length > 0)) ?? [issue];
    return [deep?.path.join('.') ?? '', deep?.message ?? ''];
  }
  return issue && [issue.path.join('.'), issue.message];
}

test('a text becomes a list of one entry, and a list stays in its order', () => {
  expect(format.schema.parse(secret('a'))).toEqual([secret('a')]);
  expect(format.schema.parse([secret('b'), secret('a')])).toEqual([secret('b'), secret('a')]);
});

describe('an error', () => {
  test.each<[string, unknown, string, RegExp]>([
    ['a text of another form', 'sk_test_a', '', /^this is a secret key: expected the signing secret/],
    ['another type', 5, '', /^expected the signing secret/],
    ['no entry', [], '', /^expected one to 5 entries/],
    ['six entries', [...'abcdef'].map(secret), '', /^expected one to 5 entries/],
    ['an entry of another form', [secret('a'), 'pk_test_a'], '1', /^this is a publishable key: expected/],
    ['an entry of another type', [secret('a'), null], '1', /^expected the signing secret/],
    ['a repeated entry', [secret('a'), secret('b'), secret('a')], '2', /^occurs twice in the list/],
  ])('about %s has its path, and never the value', (_what, value, path, words) => {
    const [at, message] = errorOf(value) ?? [];
    expect([at, message]).toEqual([path, expect.stringMatching(words)]);
    expect(message).not.toMatch(/[a-f]{32}|sk_test|pk_test/);
  });
});

test.each([
  ['a', 'a'],
  ['b,a', ['b', 'a']],
  [' b ,, a,', ['b', 'a']],
  ['b\r\na\n', ['b', 'a']],
  [',', []],
])('the text %j is read as %j', (text, value) => {
  expect(format.fromText.parse(text)).toEqual(value);
});
