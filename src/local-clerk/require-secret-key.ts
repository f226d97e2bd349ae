import { secretMatcher } from '../crypto/node-digest.ts';
import { keyInvalid, keyMissing } from './errors/error-catalog.ts';

/**
 * Checks the `Authorization` header of a request against the secret keys of the instance, in constant time.
 *
 * @throws ApiError 401 for a header that is not a Bearer key, and for another key
 */
export function requireSecretKey(authorization: string | undefined, secretKeys: readonly string[]): void {
  const presented = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
  if (presented === undefined) throw keyMissing();
  if (!secretMatcher(secretKeys)(presented)) throw keyInvalid();
}
