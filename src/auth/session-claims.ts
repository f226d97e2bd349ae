import type { SessionClaims } from './caller.ts';

/** JOSE `cat` of a Clerk session token; template tokens and machine tokens carry another one. */
export const sessionTokenCategory = 'cl_B7d4PD111AAA';

/** A session id as it may stand in the path of a request to Clerk. Clerk's own are `sess_` and 27 letters and digits. */
const sessionIdForm = /^[A-Za-z0-9_-]{1,128}$/;

/** The limits a verified session token must keep beyond what Clerk's `verifyToken` checks itself. */
export interface SessionRules {
  /** Longest life (`exp - iat`) of a session token, in seconds. */
  maxSessionTokenLifetime: number;
}

/**
 * Says why a token whose signature and times Clerk's SDK has accepted is still not a session token, or
 * undefined when it is one. `verifyToken` alone accepts template tokens, pending sessions and tokens of any life.
 *
 * @param header - the JOSE header
 * @param claims - the verified claims
 * @returns a reason for the log, without any value of the token
 */
export function sessionRefusal(
  header: { cat?: unknown } | undefined,
  claims: SessionClaims,
  rules: SessionRules,
): string | undefined {
  if (header?.cat !== undefined && header.cat !== sessionTokenCategory) return 'not a session token (cat)';
  if (typeof claims.sid !== 'string' || claims.sid === '') return 'no session id (sid)';
  if (!sessionIdForm.test(claims.sid)) return 'malformed session id (sid)';
  if (typeof claims.sub !== 'string' || claims.sub === '') return 'no user id (sub)';
  // The subject of Clerk's machine-to-machine tokens.
  if (claims.sub.startsWith('mch_')) return 'a machine token';
  const status: unknown = claims.sts;
  if (status !== undefined && status !== 'active') return 'session is not active (sts)';
  const { exp, iat } = claims;
  if (!isMoment(exp) || !isMoment(iat) || exp <= iat) return 'no readable life (iat, exp)';
  if (exp - iat > rules.maxSessionTokenLifetime) return 'lives longer than maxSessionTokenLifetime';
  return undefined;
}

// ECMA-262, time range of Date: the SDK compares dates, and beyond this every comparison with one is false.
const lastMoment = 8.64e12;

function isMoment(seconds: unknown): seconds is number {
  return typeof seconds === 'number' && Math.abs(seconds) <= lastMoment;
}

/** Skew allowed between the gateway's clock and Clerk's, in seconds; the default of Clerk's SDK. */
export const clockSkewSeconds = 5;

/**
 * Says why claims that a host has verified do not describe a live session at this moment, or undefined.
 * The SDK does the same for tokens that Mintgate verifies itself.
 *
 * @param nowSeconds - seconds since the epoch
 */
export function outOfTime(claims: SessionClaims, nowSeconds: number): string | undefined {
  if (claims.exp + clockSkewSeconds <= nowSeconds) return 'expired';
  if (claims.iat > nowSeconds + clockSkewSeconds) return 'issued in the future';
  const nbf: unknown = claims.nbf;
  const valid = nbf === undefined || (typeof nbf === 'number' && nbf <= nowSeconds + clockSkewSeconds);
  if (!valid) return 'not valid yet';
  return undefined;
}
