import { createPublicKey } from 'node:crypto';
import { apiKeysPage } from '../../errors.ts';
import type { Finding } from './finding.ts';
import type { ReachedClerk } from './reach-clerk.ts';

/**
 * Checks that Clerk's key set contains the configured public key. With a key of another instance, the gateway would refuse every
 * session token.
 *
 * @param jwtKey - the PEM of `CLERK_JWT_KEY`
 */
export function checkJwtKey(jwtKey: string, { keys }: Pick<ReachedClerk, 'keys'>): Finding {
  const { n: modulus } = createPublicKey(jwtKey).export({ format: 'jwk' });
  if (keys.some(({ n }) => n === modulus))
    return { verdict: 'ok', text: 'CLERK_JWT_KEY: is a key of this instance' };
  const consequence = 'is not a key of this instance: the gateway would refuse every session token';
  return {
    verdict: 'fail',
    text: `CLERK_JWT_KEY: ${consequence}: copy the key from ${apiKeysPage}, JWKS Public Key`,
  };
}
