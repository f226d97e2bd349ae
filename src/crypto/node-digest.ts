import { createHash, hash, timingSafeEqual } from 'node:crypto';
import type { Digest, SecretMatcher } from './digest.ts';

export const digest: Digest = (text) => hash('sha256', text, 'base64url');

export const secretMatcher: SecretMatcher = (secret) => {
  const expected = bytesOf(secret);
  return (candidate) => timingSafeEqual(bytesOf(candidate), expected);
};

// Of equal length whatever the text, as timingSafeEqual requires.
function bytesOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
