import { describe, expect, test } from 'vitest';
import { addSecretKey, removeSecretKey, requireTestKey } from '../../src/local-clerk/secret-keys.ts';
import { createTestInstance } from './test-instance.ts';

const testKey = ['sk', 'test', 'mine'].join('_');
const liveKey = ['sk', 'live', 'abc123'].join('_');

describe('the secret keys of a local Clerk', () => {
  test('are test keys: others are refused, and not quoted', () => {
    expect(requireTestKey(testKey)).toBe(testKey);
    for (const key of [liveKey, 'not-a-key', '', 'sk_test_', 'sk_test_with space']) {
      expect(() => requireTestKey(key)).toThrow(
        /^The local Clerk does not accept (a live key|this secretKey)/,
      );
    }
    expect(() => requireTestKey(liveKey)).not.toThrow('abc123');
  });

  test('are added after those of before, once each', async () => {
    const instance = await createTestInstance();
    const { initialSecretKey } = instance;
    expect([addSecretKey(instance, testKey), addSecretKey(instance, testKey)]).toEqual([testKey, testKey]);
    expect(instance.secretKeys).toEqual([initialSecretKey, testKey]);
    expect(() => addSecretKey(instance, liveKey)).toThrow('does not accept a live key');
    expect(instance.secretKeys).toEqual([initialSecretKey, testKey]);
  });

  test('are random where none is given', async () => {
    const instance = await createTestInstance();
    expect(addSecretKey(instance)).not.toBe(addSecretKey(instance));
    expect(instance.secretKeys).toHaveLength(3);
  });

  test('can all be removed; an unknown one cannot', async () => {
    const instance = await createTestInstance();
    expect(() => removeSecretKey(instance, testKey)).toThrow('The local Clerk has no such secret key');
    expect(() => removeSecretKey(instance, testKey)).not.toThrow(testKey);
    removeSecretKey(instance, instance.initialSecretKey);
    expect(instance.secretKeys).toEqual([]);
  });
});
