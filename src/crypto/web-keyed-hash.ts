import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { base64url } from 'jose';
import { type KeyedHash, keyedHashOf, keyInfo, keySalt } from './keyed-hash.ts';

const encoder = new TextEncoder();

/** Creates keyed hashes with keys that are derived from a secret, in JavaScript. They are equal to those of `node:crypto`. */
export function createKeyedHash(secret: string): KeyedHash {
  const [material, salt] = [encoder.encode(secret), encoder.encode(keySalt)];
  return keyedHashOf({
    deriveKey: (purpose) => hkdf(sha256, material, salt, encoder.encode(keyInfo(purpose)), 32),
    hmac: (key, text) => base64url.encode(hmac(sha256, key, encoder.encode(text))),
  });
}
