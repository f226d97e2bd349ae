import { describe, expect, test } from 'vitest';
import { digest, secretMatcher } from '../../src/crypto/node-digest.ts';

describe('digest', () => {
  // NIST, examples of SHA-256, in base64url.
  test.each([
    ['', '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'],
    ['abc', 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0'],
  ])('of %j is its SHA-256 in base64url', (text, expected) => {
    expect(digest(text)).toBe(expected);
  });
});

describe('secretMatcher', () => {
  const matches = secretMatcher('the secret');

  test('matches the secret alone', () => {
    expect(matches('the secret')).toBe(true);
    for (const other of ['', 'the secre', 'the secret ', 'The secret', '\ud800'])
      expect(matches(other)).toBe(false);
  });
});
