import { sha256 } from '@noble/hashes/sha2.js';
import { base64url } from 'jose';
import type { Digest, SecretMatcher } from './digest.ts';

const encoder = new TextEncoder();

export const digest: Digest = (text) => base64url.encode(sha256(encoder.encode(text)));

export const secretMatcher: SecretMatcher = (secrets) => {
  const expected = secrets.map((secret) => sha256(encoder.encode(secret)));
  return (candidate) => {
    const digested = sha256(encoder.encode(candidate));
    // Not `some`, which ends at the first match.
    return expected.filter((one) => areEqual(digested, one)).length > 0;
  };
};

/** Compares two digests of equal length in constant time. */
function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  let difference = 0;
  for (const [index, byte] of one.entries()) difference |= byte ^ (other[index] ?? 0);
  return difference === 0;
}
