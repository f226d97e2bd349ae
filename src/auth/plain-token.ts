import type { CompactJws, ReadCompactJws } from '../crypto/compact-jws.ts';
import { isRecord } from '../json/is-record.ts';
import type { SessionClaims } from './caller.ts';
import { isJoseHeader, type JoseHeader } from './jose-header.ts';
import { clockSkewSeconds, sessionTokenCategory } from './session-claims.ts';

/** A session token in the narrow form in which Clerk writes them. Nothing in it is trusted yet. */
export interface PlainToken extends CompactJws {
  readonly header: JoseHeader;
}

/**
 * Reads a session token that is written exactly as Clerk writes them: RS256, `typ` JWT, the category of a session token or none. Tokens
 * in any other form are left to Clerk's SDK, which decides what else it accepts.
 *
 * @returns `undefined` for anything else
 */
export function readPlainToken(token: string, read: ReadCompactJws): PlainToken | undefined {
  const jws = read(token);
  if (jws === undefined || !isJoseHeader(jws.header)) return undefined;
  const { header } = jws;
  const { alg, typ, cat } = header;
  if (alg !== 'RS256' || typ !== 'JWT' || (cat !== undefined && cat !== sessionTokenCategory))
    return undefined;
  return { ...jws, header };
}

/** The key and the rules that a plain token is verified by. */
export interface PlainTokenRules {
  /** The public key, as a PEM. */
  jwtKey: string;
  /** Accepted values of `azp`; `undefined` accepts any. */
  authorizedParties: readonly string[] | undefined;
  /** Seconds since the epoch. */
  now: number;
}

/**
 * Verifies a plain token: signature, times and authorized party, in the narrow form that Clerk's `verifyToken` accepts for certain.
 *
 * @returns the claims, or `undefined` where `verifyToken` must decide
 * @see https://github.com/clerk/javascript/blob/main/packages/backend/src/jwt/assertions.ts
 */
export function verifyPlainToken(
  token: PlainToken,
  { jwtKey, authorizedParties, now }: PlainTokenRules,
): SessionClaims | undefined {
  const claims = token.payload;
  if (!isRecord(claims)) return undefined;
  const { sub, azp, exp, nbf, iat } = claims;
  if (typeof sub !== 'string') return undefined;
  if (authorizedParties?.length && !(typeof azp === 'string' && authorizedParties.includes(azp)))
    return undefined;
  const hasBegun = (time: unknown) => time === undefined || (isTime(time) && time <= now);
  if (!isTime(exp) || exp <= now - clockSkewSeconds || !hasBegun(nbf) || !hasBegun(iat)) return undefined;
  return token.isSignedBy(jwtKey) ? (claims as SessionClaims) : undefined;
}

// Far from the end of the range of Date, where arithmetic on dates is unreliable.
function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0 && (value as number) < 1e11;
}
