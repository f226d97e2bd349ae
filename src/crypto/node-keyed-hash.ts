import { createHmac, hkdfSync } from 'node:crypto';
import { type KeyedHash, keyedHashOf, keyInfo, keySalt, type Purpose } from './keyed-hash.ts';

/**
 * Derives a key of 32 bytes by HKDF-SHA-256.
 *
 * @param secret - at least 32 characters; processes with equal secrets derive equal keys
 */
export function deriveKey(secret: string, purpose: Purpose): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, keySalt, keyInfo(purpose), 32));
}

/** Creates keyed hashes with keys that are derived from a secret, with `node:crypto`. @param secret - see `deriveKey` */
export function createKeyedHash(secret: string): KeyedHash {
  return keyedHashOf({
    deriveKey: (purpose) => deriveKey(secret, purpose),
    hmac: (key, text) => createHmac('sha256', key).update(text).digest('base64url'),
  });
}
