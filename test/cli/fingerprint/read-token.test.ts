import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readToken } from '../../../src/cli/fingerprint/read-token.ts';

const token = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.e30.c2lnbmF0dXJl`;
const input = (...chunks: string[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

test('returns the token without surrounding white space', async () => {
  expect(await readToken(input(token))).toBe(token);
  expect(await readToken(input(' \n', token.slice(0, 20), token.slice(20), '\r\n'))).toBe(token);
});

test('does not wait for a terminal', async () => {
  await expect(readToken(Object.assign(input(), { isTTY: true }))).rejects.toThrow(
    'expected a token on standard input: mintgate fingerprint < token.txt',
  );
});

test.each([
  '',
  'nonsense',
  `"${token}"`,
  `Bearer ${token}`,
  `${token}\n${token}`,
  `${token}.x`,
  token.replace(/\.[^.]*$/, ''),
  'a'.repeat(2_000_000),
])('refuses input that is not one token, without quoting it', async (text) => {
  const error = await readToken(input(text)).then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  expect(error?.message).toBe(
    'mintgate fingerprint: standard input is not a token: expected one JWT, as the gateway has returned it, and nothing else',
  );
});
