import { expect, test } from 'vitest';
import { fingerprintLength, keyInfo, keySalt, nameInput } from '../../src/crypto/keyed-hash.ts';

test('the inputs of the hashes stay as they are: running instances share keys of Redis by them', () => {
  expect(keySalt).toBe('mintgate');
  expect((['names', 'signals', 'audit', 'values'] as const).map(keyInfo)).toEqual([
    'mintgate v1 names',
    'mintgate v1 signals',
    'mintgate v1 audit',
    'mintgate v1 values',
  ]);
  expect(nameInput('session', 'sess_ada')).toBe('session\nsess_ada');
  expect(fingerprintLength).toBe(16);
});
