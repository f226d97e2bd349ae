import { createCheckAuthorization } from '@clerk/shared/authorization';
import { __experimental_JWTPayloadToAuthObjectProperties as authProperties } from '@clerk/shared/jwtPayloadParser';
import type { CheckAuthorizationWithCustomPermissions, JwtPayload } from '@clerk/shared/types';
import { isRecord } from '../json/is-record.ts';

/** The verified claims of a Clerk session token. */
export type SessionClaims = JwtPayload;

/** The argument of Clerk's `has()`: a role, permission, feature, plan or reverification. */
export type AuthorizationRequirement = Parameters<CheckAuthorizationWithCustomPermissions>[0];

/** The verified session of a request. */
export interface Caller {
  /** The claim `sid`. */
  readonly sessionId: string;
  /** The claim `sub`. */
  readonly userId: string;
  /** The active organization of the session token; `null` in a personal workspace. */
  readonly organizationId: string | null;
  /** The user who impersonates `userId` (the claim `act.sub`); `null` in other sessions. */
  readonly actorId: string | null;
  /** All claims of the session token. */
  readonly claims: SessionClaims;
  /** The expiry of the session token, in seconds since the epoch. */
  readonly expiresAt: number;
  /** Clerk's own authorization check on these claims. */
  has(requirement: AuthorizationRequirement): boolean;
}

/** Creates a caller from verified claims. @param claims - claims that `authenticateClaims` has accepted */
export function callerFromClaims(claims: SessionClaims): Caller {
  return {
    sessionId: claims.sid,
    userId: claims.sub,
    organizationId: organizationOf(claims),
    actorId: actorOf(claims.act),
    claims,
    expiresAt: claims.exp,
    has: (requirement) => checkAuthorization(claims)(requirement),
  };
}

// A malformed actor also counts as impersonation.
function actorOf(act: unknown): string | null {
  if (act === undefined || act === null) return null;
  return isRecord(act) && typeof act.sub === 'string' ? act.sub : 'unknown';
}

// Session tokens of version 2 have `o.id`, those of version 1 have `org_id`.
function organizationOf(claims: Record<string, unknown>): string | null {
  const id = claims.v === 2 ? (isRecord(claims.o) ? claims.o.id : undefined) : claims.org_id;
  return typeof id === 'string' && id !== '' ? id : null;
}

function checkAuthorization(claims: SessionClaims): CheckAuthorizationWithCustomPermissions {
  const { userId, orgId, orgRole, orgPermissions, factorVerificationAge } = authProperties(claims);
  return createCheckAuthorization({
    userId,
    orgId,
    orgRole,
    orgPermissions,
    factorVerificationAge,
    features: (claims.fea as string | undefined) ?? '',
    plans: (claims.pla as string | undefined) ?? '',
  });
}
