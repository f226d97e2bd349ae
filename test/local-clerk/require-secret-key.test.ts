import { describe, expect, test } from 'vitest';
import { ApiError } from '../../src/local-clerk/errors/api-error.ts';
import { requireSecretKey } from '../../src/local-clerk/require-secret-key.ts';

const secretKey = ['sk', 'test', 'mine'].join('_');
const otherKey = ['sk', 'test', 'other'].join('_');

function failureOf(authorization: string | undefined, secretKeys: readonly string[] = [secretKey, otherKey]) {
  try {
    requireSecretKey(authorization, secretKeys);
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, code: error.entry.code };
    throw error;
  }
  return undefined;
}

describe('the secret key', () => {
  test('is accepted as a Bearer token', () => {
    expect(failureOf(`Bearer ${secretKey}`)).toBeUndefined();
    expect(failureOf(`Bearer ${otherKey}`)).toBeUndefined();
  });

  test.each([undefined, '', 'Basic abc', 'Bearer', 'Bearer a b', `bearer ${secretKey}`])(
    'is missing in the header %j',
    (authorization) => {
      const failure = { status: 401, code: 'authorization_header_format_invalid' };
      expect(failureOf(authorization)).toEqual(failure);
    },
  );

  test('is refused when the instance has none', () => {
    expect(failureOf(`Bearer ${secretKey}`, [])).toMatchObject({ code: 'clerk_key_invalid' });
  });

  test.each([`${secretKey}x`, secretKey.slice(0, -1), secretKey.toUpperCase()])(
    'is refused when it differs: %#',
    (key) => {
      expect(failureOf(`Bearer ${key}`)).toEqual({ status: 401, code: 'clerk_key_invalid' });
    },
  );
});
