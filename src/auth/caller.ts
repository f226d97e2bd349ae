import { createCheckAuthorization } from '@clerk/shared/authorization';
import { __experimental_JWTPayloadToAuthObjectProperties as authProperties } from '@clerk/shared/jwtPayloadParser';
import type { CheckAuthorizationWithCustomPermissions, JwtPayload } from '@clerk/shared/types';
import { isRecord } from '../json/is-record.ts';

/** The verified claims of a Clerk session token. */
export type SessionClaims = JwtPayload;

/** What Clerk's `has()` can be asked: role, permission, feature, plan, reverification. */
export type AuthorizationRequirement = Parameters<CheckAuthorizationWithCustomPermissions>[0];

/** The verified session behind a request. */
export interface Caller {
  /** The claim `sid`. */
  readonly sessionId: string;
  /** The claim `sub`. */
  readonly userId: string;
  /** The organization that the session token names as active; null in a personal workspace. */
  readonly organizationId: string | null;
  /** The user behind an impersonated session (the claim `act.sub`); null otherwise. */
  readonly actorId: string | null;
  /** Every claim of the session token. */
  readonly claims: SessionClaims;
  /** When the session token expires, in seconds since the epoch. */
  readonly expiresAt: number;
  /** Clerk's own authorization check over these claims. */
  has(requirement: AuthorizationRequirement): boolean;
}

/** The outcome of looking at a request: a caller, nobody, or credentials that were refused. */
export type Authentication =
  | { readonly kind: 'caller'; readonly caller: Caller }
  | { readonly kind: 'nobody' }
  | {
      readonly kind: 'refused';
      readonly reason: string;
      /** Added to the reason in the log. It may hold the authorized party, so no answer shows it. */
      readonly detail?: string | undefined;
      /** Who was verified, and is refused all the same. */
      readonly caller?: Caller;
    };

export const nobody: Authentication = { kind: 'nobody' };

/** @param detail - for the log alone */
export function refused(reason: string, detail?: string): Authentication {
  return { kind: 'refused', reason, detail };
}

/** Builds the caller from claims that have been verified and checked by `sessionRefusal`. */
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

// An actor that cannot be read is one all the same.
function actorOf(act: unknown): string | null {
  if (act === undefined || act === null) return null;
  return isRecord(act) && typeof act.sub === 'string' ? act.sub : 'unknown';
}

// Session tokens of version 2 carry `o.id`, those of version 1 `org_id`.
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
