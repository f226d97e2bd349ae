import { createHash, hash, timingSafeEqual } from 'node:crypto';
import type { Digest, SecretMatcher } from './digest.ts';

export const digest: Digest = (text) => hash('sha256', text, 'base64url');

export const secretMatcher: SecretMatcher = (secret) => {
  const expected = sha256(secret);
  return (candidate) => timingSafeEqual(sha256(candidate), expected);
};

// timingSafeEqual requires inputs of equal length.
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
