import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  cacheKey,
  coprocessorSecret,
  jwtKey,
  publishableKey,
  routerSecret,
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

describe('a secret that the operator chooses', () => {
  const chosen = [
    ['cacheKey', cacheKey],
    ['routerSecret', routerSecret],
    ['coprocessorSecret', coprocessorSecret],
  ] as const;

  test.each(chosen)('%s has 32 characters or more', (_name, format) => {
    expect(errorOf(format, '~'.repeat(32))).toBeUndefined();
    for (const value of ['a'.repeat(31), 5])
      expect(errorOf(format, value)).toMatch(/^expected a secret text of/);
  });

  test.each(chosen)('%s cannot be several secrets in one text', (_name, format) => {
    for (const separator of [',', '\n', '\r'])
      expect(errorOf(format, `${'a'.repeat(32)}${separator}${'b'.repeat(32)}`)).toMatch(/^contains a comma/);
  });

  test.each([` ${'a'.repeat(32)}`, `${'a'.repeat(31)}\t`, `${'a'.repeat(32)}é`])(
    'one that is sent in a request cannot be %j',
    (text) => {
      expect(errorOf(cacheKey, `${text}a`)).toBeUndefined();
      expect(errorOf(routerSecret, text)).toMatch(/^expected .* ASCII/);
      expect(errorOf(coprocessorSecret, text)).toMatch(/^expected .* URL$/);
    },
  );

  test('one in a path has no character that a URL would encode', () => {
    expect(errorOf(routerSecret, `${'a'.repeat(32)}/?`)).toBeUndefined();
    expect(errorOf(coprocessorSecret, `${'a'.repeat(32)}/?`)).toMatch(/URL$/);
  });
});
