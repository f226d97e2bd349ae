import type { CompactJws, ReadCompactJws } from '../crypto/compact-jws.ts';
import { isRecord } from '../json/is-record.ts';
import type { SessionClaims } from './caller.ts';
import { isJoseHeader, type JoseHeader } from './jose-header.ts';
import { clockSkewSeconds, sessionTokenCategory } from './session-claims.ts';

/** A session token in exactly the form that Clerk issues. It is not verified. */
export interface PlainToken extends CompactJws {
  readonly header: JoseHeader;
}

/**
 * Decodes a session token in exactly the form that Clerk issues: canonical base64url, RS256, `typ` JWT, the category of a session token or
 * none.
 *
 * @returns `undefined` for a token in any other form, which Clerk's SDK must verify
 */
export function readPlainToken(token: string, read: ReadCompactJws): PlainToken | undefined {
  const jws = read(token);
  return jws !== undefined && isPlainToken(jws) ? jws : undefined;
}

function isPlainToken(jws: CompactJws): jws is PlainToken {
  if (!isJoseHeader(jws.header)) return false;
  const { alg, typ, cat } = jws.header;
  return alg === 'RS256' && typ === 'JWT' && (cat === undefined || cat === sessionTokenCategory);
}

/**
 * Verifies the signature and the times of a plain token, more strictly than Clerk's `verifyToken`.
 *
 * @param jwtKey - the public key as a PEM
 * @param nowSeconds - seconds since the epoch
 * @returns the claims; `undefined` for a token that Clerk's `verifyToken` must verify
 * @see https://github.com/clerk/javascript/blob/main/packages/backend/src/jwt/assertions.ts
 */
export function verifyPlainToken(
  token: PlainToken,
  jwtKey: string,
  nowSeconds: number,
): SessionClaims | undefined {
  const claims = token.payload;
  if (!isRecord(claims)) return undefined;
  const { sub, exp, nbf, iat } = claims;
  if (typeof sub !== 'string' || !isTime(exp) || exp <= nowSeconds - clockSkewSeconds) return undefined;
  if (!hasBegun(nbf, nowSeconds) || !hasBegun(iat, nowSeconds)) return undefined;
  return token.isSignedBy(jwtKey) ? (claims as SessionClaims) : undefined;
}

function hasBegun(time: unknown, nowSeconds: number): boolean {
  return time === undefined || (isTime(time) && time <= nowSeconds);
}

// Whole seconds far below the largest Date, because Clerk's SDK compares dates.
function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0 && (value as number) < 1e11;
}
