import { clockSkewSeconds } from '../auth/session-claims.ts';

/**
 * Returns how long a revocation counts, in milliseconds. No token issued before the revocation is served longer than this.
 *
 * @param maxSessionTokenLifetime - longest lifetime of a session token, in seconds
 * @param longestAge - longest age at which a held token may be returned, in seconds from its `iat`
 */
export function revocationLifeMs(maxSessionTokenLifetime: number, longestAge: number): number {
  return (Math.max(maxSessionTokenLifetime, longestAge) + 2 * clockSkewSeconds) * 1000;
}
