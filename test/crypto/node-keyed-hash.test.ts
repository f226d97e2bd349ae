import { describe, expect, test } from 'vitest';
import { createKeyedHash, deriveKey } from '../../src/crypto/node-keyed-hash.ts';

const secret = 'a secret of at least 32 characters';
const { name, sign, fingerprint } = createKeyedHash(secret);

// Computed with `openssl kdf` (HKDF-SHA-256) and `openssl dgst -hmac`.
const vectors = {
  names: '7caf3b1d5820f0a5db04fe3761cd7887a4a0e15a7016d5c16cc49bb93507479a',
  name: 'Hp5D3Ua5j3pOJ7EBnp4NidxYDXGbxE0k_FSYZikWK2M',
};

describe('keyed hashes by node:crypto', () => {
  test('derive the keys that HKDF-SHA-256 yields, one for each purpose', () => {
    expect(deriveKey(secret, 'names').toString('hex')).toBe(vectors.names);
    const keys = (['names', 'signals', 'audit', 'values'] as const).map((purpose) =>
      deriveKey(secret, purpose).toString('hex'),
    );
    expect(new Set(keys).size).toBe(4);
  });

  test('are HMAC-SHA-256 in base64url', () => {
    expect(name('session', 'sess_ada')).toBe(vectors.name);
    expect(sign('text')).toMatch(/^[\w-]{43}$/);
  });

  test('differ by text, kind, use and secret', () => {
    const other = createKeyedHash(`${secret}.`);
    const hashes = [name('a', 'b'), name('b', 'b'), name('a', 'c'), sign('a\nb'), other.name('a', 'b')];
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(createKeyedHash(secret).name('a', 'b')).toBe(name('a', 'b'));
  });

  test('have fingerprints of 16 characters', () => {
    expect(fingerprint('token')).toMatch(/^[\w-]{16}$/);
    expect(fingerprint('token')).not.toBe(fingerprint('other'));
  });
});
