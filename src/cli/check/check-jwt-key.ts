import { createPublicKey } from 'node:crypto';
import type { Finding } from './check-report.ts';
import type { ReachedClerk } from './reach-clerk.ts';

/**
 * Looks for the configured public key in Clerk's key set: with the key of another instance, no session token would
 * ever be accepted.
 *
 * @param jwtKey - the PEM of `CLERK_JWT_KEY`
 */
export function checkJwtKey(jwtKey: string, { keys }: Pick<ReachedClerk, 'keys'>): Finding {
  const { n: modulus } = createPublicKey(jwtKey).export({ format: 'jwk' });
  return keys.some(({ n }) => n === modulus)
    ? { verdict: 'ok', text: 'CLERK_JWT_KEY: is a key of this instance' }
    : {
        verdict: 'fail',
        text: 'CLERK_JWT_KEY: is no key of this instance; every session token will be refused',
      };
}
