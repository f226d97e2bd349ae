import type { SessionClaims } from './caller.ts';
import type { JoseHeader } from './jose-header.ts';
import { clockSkewSeconds } from './session-claims.ts';

/** A token in the form in which Clerk makes them, decoded. Nothing in it is trusted yet. */
export interface PlainToken {
  readonly header: JoseHeader;
  readonly claims: unknown;
  /** Whether the signature is that of a key. @param pem - an RSA public key */
  isSignedBy(pem: string): boolean;
}

/** Reads a token, when it is in that form; undefined for anything else. */
export type ReadPlainToken = (token: string) => PlainToken | undefined;

/**
 * Whether claims are in time and of an authorized party, in the narrow form that Clerk's `verifyToken` accepts for certain; where
 * this says no, `verifyToken` has the last word.
 *
 * @param now - seconds since the epoch
 * @see https://github.com/clerk/javascript/blob/main/packages/backend/src/jwt/assertions.ts
 */
export function arePlainlyGood(
  claims: unknown,
  authorizedParties: readonly string[] | undefined,
  now: number,
): claims is SessionClaims {
  if (!isRecord(claims)) return false;
  const { sub, azp, exp, nbf, iat } = claims;
  if (typeof sub !== 'string') return false;
  if (authorizedParties?.length && !(typeof azp === 'string' && authorizedParties.includes(azp)))
    return false;
  const begun = (time: unknown) => time === undefined || (isTime(time) && time <= now);
  return isTime(exp) && exp > now - clockSkewSeconds && begun(nbf) && begun(iat);
}

// Far from where dates end: there, arithmetic on them does odd things.
function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0 && (value as number) < 1e11;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
