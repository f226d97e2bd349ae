import { expect, test } from 'vitest';
import { describeMistake } from '../../src/config/mistaken-value.ts';

const expected = 'expected the secret key';

test.each([
  ['"sk_test_abc"', 'this is a text in quotation marks, which are taken as part of it: '],
  ['sk_test_...', 'this is the placeholder of an example: '],
  ['<your key>', 'this is the placeholder of an example: '],
  ['pk_live_abc', 'this is a publishable key (are the two swapped?): '],
  ['whsec_abc', 'this is the signing secret of a webhook endpoint: '],
  [`-----BEGIN PRIVATE ${'KEY'}-----`, 'this is a private key: '],
  ['-----BEGIN PUBLIC KEY-----', 'this is a PEM: '],
  ['eyJhbGciOi.x', 'this is a token: '],
  ['sk_test_!', ''],
  ['nonsense', ''],
  ['', ''],
  [undefined, ''],
  [5, ''],
])('describes %j', (value, mistake) => {
  expect(describeMistake(value, { expected, kind: 'a secret key' })).toBe(`${mistake}${expected}`);
});

test('asks about swapped keys only where both are Clerk keys', () => {
  const kind = 'the signing secret of a webhook endpoint';
  expect(describeMistake('sk_test_abc', { expected, kind })).toBe(`this is a secret key: ${expected}`);
});
