import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { base64url } from 'jose';
import {
  fingerprintLength,
  type KeyedHash,
  keyInfo,
  keySalt,
  nameInput,
  type Purpose,
} from './keyed-hash.ts';

const encoder = new TextEncoder();

/** Creates keyed hashes with keys that are derived from a secret, in JavaScript. They are equal to those of `node:crypto`. */
export function createKeyedHash(secret: string): KeyedHash {
  const [nameKey, signalKey] = [derive(secret, 'names'), derive(secret, 'signals')];
  const fingerprintKey = derive(secret, 'audit');
  return {
    name: (kind, text) => hmacOf(nameKey, nameInput(kind, text)),
    sign: (text) => hmacOf(signalKey, text),
    fingerprint: (text) => hmacOf(fingerprintKey, text).slice(0, fingerprintLength),
  };
}

function derive(secret: string, purpose: Purpose): Uint8Array {
  const [material, salt, info] = [secret, keySalt, keyInfo(purpose)].map((text) => encoder.encode(text));
  return hkdf(sha256, material ?? new Uint8Array(), salt, info, 32);
}

function hmacOf(key: Uint8Array, text: string): string {
  return base64url.encode(hmac(sha256, key, encoder.encode(text)));
}
