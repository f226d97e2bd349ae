import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
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
  test('matches the secret alone', () => {
    const matches = secretMatcher(['the secret']);
    expect(matches('the secret')).toBe(true);
    for (const other of ['', 'the secre', 'the secret ', 'The secret', '\ud800'])
      expect(matches(other)).toBe(false);
  });

  test('matches each of several secrets, and no mixture of them', () => {
    const matches = secretMatcher(['new secret', 'old secret', 'older secret']);
    for (const one of ['new secret', 'old secret', 'older secret']) expect(matches(one)).toBe(true);
    for (const other of ['', 'secret', 'new secretold secret', 'new secret,old secret'])
      expect(matches(other)).toBe(false);
  });

  test('compares with every secret, though the first one matches', () => {
    const compared = vi.spyOn(crypto, 'timingSafeEqual');
    syncBuiltinESMExports();
    onTestFinished(() => {
      compared.mockRestore();
      syncBuiltinESMExports();
    });
    secretMatcher(['one', 'two', 'three'])('one');
    expect(compared).toHaveBeenCalledTimes(3);
  });

  test('matches nothing without a secret', () => {
    expect(secretMatcher([])('')).toBe(false);
  });
});
