import { createHash, hash, timingSafeEqual } from 'node:crypto';
import type { Digest, SecretMatcher } from './digest.ts';

export const digest: Digest = (text) => hash('sha256', text, 'base64url');

export const secretMatcher: SecretMatcher = (secrets) => {
  const expected = secrets.map(sha256);
  return (candidate) => {
    const digested = sha256(candidate);
    // Not `some`, which ends at the first match.
    return expected.filter((one) => timingSafeEqual(digested, one)).length > 0;
  };
};

// timingSafeEqual requires inputs of equal length.
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
