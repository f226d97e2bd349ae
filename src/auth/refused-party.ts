import { verifyToken } from '@clerk/backend';
import { TokenVerificationErrorReason } from '@clerk/backend/errors';

/** The forms of an origin, of app shells and extensions, too. */
const origin = /^[a-z][a-z\d+.-]{0,31}:\/\/[\w.:[\]-]{1,253}$/i;

/**
 * Adds to a reason for the log which authorized party (claim `azp`) the refused session token names. Clerk's SDK looks at the party
 * before the signature: only a token that is good but for its party is quoted, and only where that is an origin.
 *
 * @param reason - why Clerk's SDK refuses
 * @param tokens - the session tokens that were presented
 * @param jwtKey - the PEM public key that they are verified with
 */
export async function withRefusedParty(
  reason: string,
  tokens: readonly string[],
  jwtKey: string,
): Promise<string> {
  if (reason !== TokenVerificationErrorReason.TokenInvalidAuthorizedParties) return reason;
  for (const token of tokens) {
    const claims = await verifyToken(token, { jwtKey }).catch(() => undefined);
    if (claims) return `${reason}: the token names ${partyOf(claims.azp)} (azp)`;
  }
  return reason;
}

function partyOf(azp: unknown): string {
  if (azp === undefined || azp === null || azp === '') return 'none';
  return typeof azp === 'string' && origin.test(azp) ? azp : 'something that is no origin';
}
