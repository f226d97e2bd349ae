import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  chosenSecret,
  jwtKey,
  publishableKey,
  secretKey,
  webhookSigningSecret,
} from '../../src/config/key-formats.ts';

const errorOf = ({ schema }: typeof jwtKey, value: unknown) =>
  schema.safeParse(value).error?.issues[0]?.message;
const pem = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .publicKey.export({ type: 'spki', format: 'pem' })
  .toString();

test.each([
  ['secretKey', secretKey, ['sk', 'test', 'abc_1-2'].join('_'), /^expected the secret key/],
  [
    'publishableKey',
    publishableKey,
    `pk_live_${btoa('clerk.example.com$')}`,
    /^expected the publishable key/,
  ],
  ['webhookSigningSecret', webhookSigningSecret, `whsec_${'a'.repeat(32)}=`, /^expected the signing secret/],
  ['jwtKey', jwtKey, pem, /^expected the PEM public key/],
])('%s accepts its form and refuses other values', (_name, format, good, expected) => {
  expect(errorOf(format, good)).toBeUndefined();
  for (const value of ['', 'nonsense', 5, undefined, null]) expect(errorOf(format, value)).toMatch(expected);
  expect(errorOf(format, `${good} x`)).toMatch(expected);
});

test('a key names the kind of key that stands in its place', () => {
  expect(errorOf(secretKey, 'pk_test_abc')).toMatch(/^this is a publishable key \(are the two swapped\?\): /);
  expect(errorOf(webhookSigningSecret, pem)).toMatch(/^this is a PEM: /);
});

test('jwtKey restores the line feeds of a PEM on one line', () => {
  expect(jwtKey.fromText.parse(pem.replaceAll('\n', '\\n'))).toBe(pem.trim());
});

describe('chosenSecret', () => {
  const format = chosenSecret(/^[\x21-\x7e]{32,}$/, 'expected a secret');

  test.each([',', '\n', '\r'])('refuses several secrets in one text, separated by %j', (separator) => {
    const text = ['a'.repeat(32), 'b'.repeat(32)].join(separator);
    expect(errorOf(chosenSecret(/^[\s\S]{32,}$/, 'expected a secret'), text)).toMatch(/^contains a comma/);
  });

  test.each(['a'.repeat(31), ` ${'a'.repeat(32)}`, `${'a'.repeat(31)}\t`, 5])('refuses %j', (value) => {
    expect(errorOf(format, value)).toBe('expected a secret');
  });

  test('accepts 32 characters of its form', () => {
    expect(errorOf(format, '~'.repeat(32))).toBeUndefined();
  });
});
