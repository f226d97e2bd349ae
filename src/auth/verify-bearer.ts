import { verifyToken } from '@clerk/backend';
import { TokenVerificationError } from '@clerk/backend/errors';
import { decodeJwt } from '@clerk/backend/jwt';
import type { VerificationKeys } from '../clerk/jwks.ts';
import type { WaitUntil } from '../runtime/wait-until.ts';
import {
  type AuthorizedPartyRules,
  isAuthorizedParty,
  partyRefusal,
  sdkPartyOption,
} from './authorized-party.ts';
import { type Authentication, callerFromClaims, refused } from './caller.ts';
import { isJoseHeader, type JoseHeader } from './jose-header.ts';
import { arePlainlyGood, type ReadPlainToken } from './plain-claims.ts';
import { describeRefusedParty } from './refused-party.ts';
import { type SessionRules, sessionRefusal } from './session-claims.ts';

/** What both ways of verifying need. */
export interface VerificationOptions extends SessionRules, AuthorizedPartyRules {
  keys: VerificationKeys;
  /** The fast way, for tokens in the form in which Clerk makes them; undefined where there is none. */
  readPlainToken: ReadPlainToken | undefined;
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
  const plain = options.readPlainToken?.(token);
  const header = plain?.header ?? protectedHeader(token);
  if (header === undefined) return refused('not a JWT with a readable header');
  const jwtKey = await options.keys.find(header.kid, waitUntil);
  if (jwtKey === null) return refused('signed with an unknown key (kid)');
  const party = sdkPartyOption(options);
  try {
    const claims =
      plain &&
      arePlainlyGood(plain.claims, party.authorizedParties, Date.now() / 1000) &&
      plain.isSignedBy(jwtKey)
        ? plain.claims
        : await verifyToken(token, { jwtKey, ...party });
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
