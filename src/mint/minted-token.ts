import type { GraphQLError } from 'graphql';
import { decodeJwt, type JWTPayload } from 'jose';
import type { Caller } from '../auth/caller.ts';
import { clockSkewSeconds } from '../auth/session-claims.ts';
import { gatewayError } from '../errors.ts';
import { isWithinJsonDepth } from '../json/json-depth.ts';
import type { ResolvedPolicy } from './policy.ts';

/** A template token: the JWT that Clerk minted, decoded and checked. */
export interface MintedToken {
  /** The compact JWS, as the caller gets it. */
  readonly jwt: string;
  /** The decoded claims. The signature is not verified: that is up to the receiving service. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The claim `iat`, in seconds since the epoch. */
  readonly issuedAt: number;
  /** The claim `exp`, in seconds since the epoch. */
  readonly expiresAt: number;
  /** The fields that all its audit events share, once they are known. Not in a map, which would be slow for many tokens. */
  auditFields?: TokenAuditFields;
}

/** The fields of an audit event that depend on its token alone. */
export interface TokenAuditFields {
  readonly jti?: string;
  readonly expiresAt: number;
  readonly tokenHmac: string;
}

const compactJws = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/**
 * Decodes a template token. Does not verify the signature: a template may sign with a key that only the receiving service has.
 *
 * @param jwt - unchecked
 * @param nowSeconds - seconds since the epoch
 * @throws `UPSTREAM_UNAVAILABLE` unless it is a JWT of three parts with a numeric `exp` in the future and a numeric `iat` before it
 */
export function decodeMintedToken(jwt: unknown, nowSeconds: number): MintedToken {
  if (typeof jwt !== 'string' || !compactJws.test(jwt)) throw unusable('not a JWT of three parts');
  const claims = decodeClaims(jwt);
  const { exp, iat } = claims;
  if (typeof exp !== 'number' || !Number.isFinite(exp)) throw unusable('no numeric exp');
  if (exp <= nowSeconds) throw unusable('exp is not in the future');
  if (typeof iat !== 'number' || !Number.isFinite(iat)) throw unusable('no numeric iat');
  if (iat > nowSeconds + clockSkewSeconds) throw unusable('iat is in the future');
  if (exp <= iat) throw unusable('exp is not after iat');
  return { jwt, claims, issuedAt: iat, expiresAt: exp };
}

/**
 * Does the checks of `findFault` and those that a token needs only once, when it arrives. A template may copy metadata that a user can
 * write into the claims, so the depth of the claims is checked too.
 *
 * @returns `UPSTREAM_UNAVAILABLE` for claims that are nested too deeply to be serialized; otherwise as `findFault`
 */
export function findFaultOfNew(
  token: MintedToken,
  caller: Caller,
  policy: ResolvedPolicy,
): GraphQLError | undefined {
  // A response with deeper claims could not be serialized, and its other fields would be lost.
  return isWithinJsonDepth(token.claims)
    ? findFault(token, caller, policy)
    : unusable('claims are nested too deeply');
}

/**
 * Returns why a caller must not get a token, or `undefined`: the token is not this caller's, or does not fit its template's policy.
 *
 * @returns `INTERNAL_SERVER_ERROR` for another user's token or one that lives too long, `UNAUTHENTICATED` for a token of another
 * organization than the caller's
 */
export function findFault(
  token: MintedToken,
  caller: Caller,
  policy: ResolvedPolicy,
): GraphQLError | undefined {
  if (claimAt(token.claims, policy.subjectClaim) !== caller.userId) {
    const claim = policy.subjectClaim.join('.');
    return gatewayError('INTERNAL_SERVER_ERROR', {
      reason: `the claim ${claim} of the minted token is not the caller's user id: check the template, or set subjectClaim`,
    });
  }
  if (token.expiresAt - token.issuedAt > policy.maxLifetime) {
    const reason =
      'the minted token lives longer than maxLifetime: shorten the lifetime of the template, or raise maxLifetime';
    return gatewayError('INTERNAL_SERVER_ERROR', { reason });
  }
  if (policy.organizationClaim === undefined) return undefined;
  const minted = claimAt(token.claims, policy.organizationClaim) ?? null;
  if (minted === caller.organizationId) return undefined;
  return gatewayError('UNAUTHENTICATED', {
    message: 'The active organization has changed. Refresh the session token and try again.',
    reason: 'minted for another organization than that of the session token',
  });
}

function decodeClaims(jwt: string): JWTPayload {
  try {
    return decodeJwt(jwt);
  } catch {
    throw unusable('claims cannot be decoded');
  }
}

function claimAt(claims: Readonly<Record<string, unknown>>, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined,
    claims,
  );
}

function unusable(why: string) {
  return gatewayError('UPSTREAM_UNAVAILABLE', { reason: `Clerk's answer is not a usable token: ${why}` });
}
