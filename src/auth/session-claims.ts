import { type Authentication, refused } from './authentication.ts';
import {
  type AuthorizedPartyRules,
  describeParty,
  isAuthorizedParty,
  partyRefusal,
} from './authorized-party.ts';
import { callerFromClaims, type SessionClaims } from './caller.ts';
import type { JoseHeader } from './jose-header.ts';

/** The JOSE `cat` of a Clerk session token. Template tokens and machine tokens have other categories. */
export const sessionTokenCategory = 'cl_B7d4PD111AAA';

/** The clock skew that is tolerated between the gateway and Clerk, in seconds: the default of Clerk's SDK. */
export const clockSkewSeconds = 5;

/** The form of a session id that is safe in the path of a request to Clerk. Clerk's own ids are `sess_` and 27 letters and digits. */
const sessionIdForm = /^[A-Za-z0-9_-]{1,128}$/;

/** The rules for verified session tokens. */
export interface SessionRules extends AuthorizedPartyRules {
  /** The longest lifetime (`exp - iat`) of a session token, in seconds. */
  maxSessionTokenLifetime: number;
}

/**
 * Applies the rules for session tokens to verified claims, for Bearer tokens, cookies and hosts. Clerk's `verifyToken` alone would
 * accept template tokens, pending sessions and tokens of any lifetime.
 *
 * @param header - the JOSE header; `undefined` where a host has verified the token
 */
export function authenticateClaims(
  claims: SessionClaims,
  header: JoseHeader | undefined,
  rules: SessionRules,
): Authentication {
  if (!isAuthorizedParty(claims.azp, rules)) return refused(partyRefusal, describeParty(claims.azp));
  const reason = findSessionRefusal(claims, header, rules.maxSessionTokenLifetime);
  return reason === undefined ? { kind: 'authenticated', caller: callerFromClaims(claims) } : refused(reason);
}

/** Returns why claims are not those of an active session, for the log and without their values; `undefined` when they are. */
function findSessionRefusal(
  claims: SessionClaims,
  header: JoseHeader | undefined,
  maxLifetime: number,
): string | undefined {
  if (header?.cat !== undefined && header.cat !== sessionTokenCategory) return 'not a session token (cat)';
  if (typeof claims.sid !== 'string' || claims.sid === '') return 'no session id (sid)';
  if (!sessionIdForm.test(claims.sid)) return 'malformed session id (sid)';
  if (typeof claims.sub !== 'string' || claims.sub === '') return 'no user id (sub)';
  // The subject of Clerk's machine-to-machine tokens.
  if (claims.sub.startsWith('mch_')) return 'a machine token (sub)';
  const status: unknown = claims.sts;
  if (status !== undefined && status !== 'active') return 'session is not active (sts)';
  const { exp, iat } = claims;
  if (!isTime(exp) || !isTime(iat) || exp <= iat) return 'no valid lifetime (iat, exp)';
  if (exp - iat > maxLifetime) return 'lifetime exceeds maxSessionTokenLifetime (iat, exp)';
  return undefined;
}

/** The end of the range of Date, in seconds (ECMA-262). Clerk's SDK compares dates, and every comparison beyond it is false. */
const maxTime = 8.64e12;

function isTime(seconds: unknown): seconds is number {
  return typeof seconds === 'number' && Math.abs(seconds) <= maxTime;
}

/**
 * Returns why a token is not valid at a time, or `undefined` when it is, by the rules of Clerk's SDK.
 *
 * @param claims - claims that `authenticateClaims` has accepted
 * @param nowSeconds - seconds since the epoch
 */
export function findTimeRefusal(claims: SessionClaims, nowSeconds: number): string | undefined {
  if (claims.exp + clockSkewSeconds <= nowSeconds) return 'expired (exp)';
  if (claims.iat > nowSeconds + clockSkewSeconds) return 'issued in the future (iat)';
  const nbf: unknown = claims.nbf;
  const hasBegun = nbf === undefined || (typeof nbf === 'number' && nbf <= nowSeconds + clockSkewSeconds);
  return hasBegun ? undefined : 'not valid yet (nbf)';
}
