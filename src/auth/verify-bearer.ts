import { verifyToken } from '@clerk/backend';
import { TokenVerificationError } from '@clerk/backend/errors';
import type { VerificationKeys } from '../clerk/jwks.ts';
import type { ReadCompactJws } from '../crypto/compact-jws.ts';
import type { WaitUntil } from '../runtime/wait-until.ts';
import { type Authentication, refused } from './authentication.ts';
import { readJoseHeader } from './jose-header.ts';
import { type PlainToken, readPlainToken, verifyPlainToken } from './plain-token.ts';
import { authenticateClaims, type SessionRules } from './session-claims.ts';

/** The options for the verification of session tokens, from Bearer headers and from cookies. */
export interface VerificationOptions extends SessionRules {
  keys: VerificationKeys;
  /** Decodes a JWS and verifies RS256 synchronously; `undefined` where Clerk's SDK verifies every token. */
  readCompactJws: ReadCompactJws | undefined;
}

/**
 * Verifies a session token from a Bearer header, and applies the rules for session tokens. A token in exactly the form that Clerk issues is
 * verified synchronously, several times as fast as by Clerk's SDK. Clerk's `verifyToken` verifies every token that is not accepted
 * there.
 *
 * @throws `UPSTREAM_UNAVAILABLE` when Clerk's key set is needed and cannot be fetched
 */
export async function verifyBearer(
  token: string,
  options: VerificationOptions,
  waitUntil?: WaitUntil,
): Promise<Authentication> {
  const plain = readPlain(token, options);
  const header = plain?.header ?? readJoseHeader(token);
  if (header === undefined) return refused('not a JWT with a readable header');
  const jwtKey = await options.keys.find(header.kid, waitUntil);
  if (jwtKey === null) return refused('signed with an unknown key (kid)');
  try {
    // Without the SDK's `authorizedParties`: `authenticateClaims` decides about `azp` for all kinds of credentials.
    return (
      (plain && verifyPlain(plain, jwtKey, options)) ??
      authenticateClaims(await verifyToken(token, { jwtKey }), header, options)
    );
  } catch (error) {
    return refused(refusalReason(error));
  }
}

/**
 * Verifies a session token as `verifyBearer` does, synchronously.
 *
 * @returns `undefined` for a token that only `verifyBearer` can judge: in another form than Clerk's own, expired, or signed with a key that
 * must be fetched
 */
export function verifyBearerNow(token: string, options: VerificationOptions): Authentication | undefined {
  const plain = readPlain(token, options);
  const jwtKey = plain && options.keys.findHeld(plain.header.kid);
  return plain && jwtKey ? verifyPlain(plain, jwtKey, options) : undefined;
}

function readPlain(token: string, { readCompactJws }: VerificationOptions): PlainToken | undefined {
  return readCompactJws && readPlainToken(token, readCompactJws);
}

function verifyPlain(
  plain: PlainToken,
  jwtKey: string,
  options: VerificationOptions,
): Authentication | undefined {
  const claims = verifyPlainToken(plain, jwtKey, Date.now() / 1000);
  return claims && authenticateClaims(claims, plain.header, options);
}

// The SDK's messages quote claims; its reasons are plain words such as `token-expired`.
function refusalReason(error: unknown): string {
  return error instanceof TokenVerificationError ? error.reason : 'not verifiable';
}
