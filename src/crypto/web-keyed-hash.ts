import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { base64url } from 'jose';
import { fingerprintLength, keyPurpose, keySalt, type Naming, nameText, type Purpose } from './keyed-hash.ts';

const encoder = new TextEncoder();

/** The same names and fingerprints that Node.js makes of the same secret. */
export function createNaming(secret: string): Naming {
  const [nameKey, signalKey] = [derive(secret, 'names'), derive(secret, 'signals')];
  const fingerprintKey = derive(secret, 'audit');
  return {
    name: (kind, text) => hmacOf(nameKey, nameText(kind, text)),
    sign: (text) => hmacOf(signalKey, text),
    fingerprint: (text) => hmacOf(fingerprintKey, text).slice(0, fingerprintLength),
  };
}

function derive(secret: string, purpose: Purpose): Uint8Array {
  const [material, salt, info] = [secret, keySalt, keyPurpose(purpose)].map((text) => encoder.encode(text));
  return hkdf(sha256, material ?? new Uint8Array(), salt, info, 32);
}

function hmacOf(key: Uint8Array, text: string): string {
  return base64url.encode(hmac(sha256, key, encoder.encode(text)));
}
