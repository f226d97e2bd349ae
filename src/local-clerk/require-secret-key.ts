import { createHash, timingSafeEqual } from 'node:crypto';
import { keyInvalid, keyMissing } from './api-error.ts';

/** @throws ClerkError 401 when the header is no bearer key, or not this instance's. */
export function requireSecretKey(authorization: string | undefined, secretKey: string): void {
  const presented = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
  if (presented === undefined) throw keyMissing();
  // Digests are of equal length, which the comparison in constant time demands.
  if (!timingSafeEqual(digest(presented), digest(secretKey))) throw keyInvalid();
}

function digest(text: string) {
  return createHash('sha256').update(text).digest();
}
