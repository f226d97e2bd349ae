import { verifyToken } from '@clerk/backend';
import { TokenVerificationErrorReason } from '@clerk/backend/errors';

/** The forms of an origin, of app shells and extensions, too. */
const origin = /^[a-z][a-z\d+.-]{0,31}:\/\/[\w.:[\]-]{1,253}$/i;

/**
 * Says for the log which authorized party (claim `azp`) a refused session token names. Clerk's SDK looks at the party before the
 * signature: only a token that is good but for its party is quoted, and only where that is an origin.
 *
 * @param reason - why the token is refused
 * @param tokens - the session tokens that were presented
 * @param jwtKey - the PEM public key that they are verified with
 * @returns undefined where a token is refused for another reason
 */
export async function describeRefusedParty(
  reason: string | null,
  tokens: readonly string[],
  jwtKey: string,
): Promise<string | undefined> {
  if (reason !== TokenVerificationErrorReason.TokenInvalidAuthorizedParties) return undefined;
  for (const token of tokens) {
    const claims = await verifyToken(token, { jwtKey }).catch(() => undefined);
    if (claims) return `the token names ${partyOf(claims.azp)} (azp)`;
  }
  return undefined;
}

function partyOf(azp: unknown): string {
  if (azp === undefined || azp === null || azp === '') return 'none';
  return typeof azp === 'string' && origin.test(azp) ? azp : 'something that is no origin';
}
