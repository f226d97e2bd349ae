import { describe, expect, test } from 'vitest';
import { createEncryption } from '../../src/crypto/encryption.ts';

const secret = 'a secret of at least 32 characters';
const { encrypt, decrypt } = createEncryption(secret);

describe('AES-256-GCM', () => {
  test.each(['text', 'ü€🙂', 'x'.repeat(100_000)])('decrypts what it has encrypted', (text) => {
    expect(decrypt(encrypt(text, 'key'), 'key')).toBe(text);
  });

  test('does not decrypt an empty text, because no value in Redis is empty', () => {
    expect(decrypt(encrypt('', 'key'), 'key')).toBeUndefined();
  });

  test('encrypts a text differently each time, in base64url', () => {
    const [one, other] = [encrypt('text', 'key'), encrypt('text', 'key')];
    expect(one).not.toBe(other);
    expect(one + other).toMatch(/^[\w-]+$/);
  });

  test('decrypts the text of another process with the same secret, and of none with another secret', () => {
    const encrypted = encrypt('text', 'key');
    expect(createEncryption(secret).decrypt(encrypted, 'key')).toBe('text');
    expect(createEncryption(`${secret}.`).decrypt(encrypted, 'key')).toBeUndefined();
  });

  test('decrypts nothing with other additional data: a value cannot be moved to another key', () => {
    expect(decrypt(encrypt('text', 'key'), 'other')).toBeUndefined();
  });

  test('decrypts nothing of which any byte was changed', () => {
    const bytes = Buffer.from(encrypt('text', 'key'), 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(decrypt(changed.toString('base64url'), 'key')).toBeUndefined();
    }
  });

  test.each(['', 'garbage', 'A'.repeat(37), '€', 'A'.repeat(1_000)])('decrypts no garbage: %j', (text) => {
    expect(decrypt(text, 'key')).toBeUndefined();
  });
});
