import { expect, test } from 'vitest';
import { keyedHashOf, keyInfo, keySalt } from '../../src/crypto/keyed-hash.ts';

test('the inputs of the hashes stay as they are: running instances share keys of Redis by them', () => {
  expect(keySalt).toBe('mintgate');
  expect((['names', 'signals', 'audit', 'values'] as const).map(keyInfo)).toEqual([
    'mintgate v1 names',
    'mintgate v1 signals',
    'mintgate v1 audit',
    'mintgate v1 values',
  ]);
});

test('each kind of hash has a key of its purpose; a pseudonym covers its kind, a fingerprint has 16 characters', () => {
  const { name, sign, fingerprint } = keyedHashOf({
    deriveKey: (purpose) => purpose,
    hmac: (key, text) => `${key}: ${text}`,
  });
  expect(name('session', 'sess_ada')).toBe('names: session\nsess_ada');
  expect(sign('a message')).toBe('signals: a message');
  expect(fingerprint('a long token')).toBe('audit: a long token'.slice(0, 16));
});
