import { verifyToken } from '@clerk/backend';
import { TokenVerificationError } from '@clerk/backend/errors';
import { decodeJwt } from '@clerk/backend/jwt';
import type { VerificationKeys } from '../clerk/jwks.ts';
import type { ReadCompactJws } from '../crypto/compact-jws.ts';
import type { WaitUntil } from '../runtime/wait-until.ts';
import {
  type AuthorizedPartyRules,
  isAuthorizedParty,
  partyRefusal,
  sdkPartyOption,
} from './authorized-party.ts';
import { type Authentication, callerFromClaims, refused } from './caller.ts';
import { isJoseHeader, type JoseHeader } from './jose-header.ts';
import { readPlainToken, verifyPlainToken } from './plain-token.ts';
import { describeRefusedParty } from './refused-party.ts';
import { type SessionRules, sessionRefusal } from './session-claims.ts';

/** What both ways of verifying need. */
export interface VerificationOptions extends SessionRules, AuthorizedPartyRules {
  keys: VerificationKeys;
  /** Verifies RS256 synchronously; `undefined` where Clerk's SDK verifies every token. */
  readCompactJws: ReadCompactJws | undefined;
}

/**
 * Verifies a session token from a Bearer header, then applies the rules that Clerk's `verifyToken` leaves to its caller. What is
 * plainly a good token of Clerk's is accepted here, several times as fast; whatever is not gets its verdict from `verifyToken`.
 *
 * @throws `UPSTREAM_UNAVAILABLE` when Clerk's keys are out of reach
 */
export async function verifyBearer(
  token: string,
  options: VerificationOptions,
  waitUntil?: WaitUntil,
): Promise<Authentication> {
  const plain = options.readCompactJws && readPlainToken(token, options.readCompactJws);
  const header = plain?.header ?? protectedHeader(token);
  if (header === undefined) return refused('not a JWT with a readable header');
  const jwtKey = await options.keys.find(header.kid, waitUntil);
  if (jwtKey === null) return refused('signed with an unknown key (kid)');
  const party = sdkPartyOption(options);
  try {
    const rules = { jwtKey, authorizedParties: party.authorizedParties, now: Date.now() / 1000 };
    const claims =
      (plain && verifyPlainToken(plain, rules)) ?? (await verifyToken(token, { jwtKey, ...party }));
    if (!isAuthorizedParty(claims.azp, options)) {
      return refused(partyRefusal, await describeRefusedParty(partyRefusal, [token], jwtKey));
    }
    const refusal = sessionRefusal(header, claims, options);
    return refusal === undefined ? { kind: 'caller', caller: callerFromClaims(claims) } : refused(refusal);
  } catch (error) {
    const reason = verificationReason(error);
    return refused(reason, await describeRefusedParty(reason, [token], jwtKey));
  }
}

/** The JOSE header as Clerk's SDK decodes it; undefined when it cannot be read. Nothing in it is trusted yet. */
export function protectedHeader(token: string): JoseHeader | undefined {
  try {
    const header: unknown = decodeJwt(token).header;
    return isJoseHeader(header) ? header : undefined;
  } catch {
    return undefined;
  }
}

// The SDK's messages quote claim values; its reasons are plain words such as `token-expired`.
function verificationReason(error: unknown): string {
  return error instanceof TokenVerificationError ? error.reason : 'not verifiable';
}
