import type { RecordedRequest } from './history.ts';
import { policyOf } from './world.ts';

/** The meaning of an answer of Clerk's by the design, read independently of the code under test. */
export type Meaning =
  | { readonly kind: 'token'; readonly jwt: string; readonly claims: TokenClaims }
  /** A token that its caller must not get. */
  | { readonly kind: 'discarded'; readonly jwt: string; readonly why: 'organization' | 'other' }
  | { readonly kind: 'outage'; readonly retried: boolean }
  | { readonly kind: 'throttled'; readonly milliseconds: number }
  /** An answer without a usable token, or another refusal: no sign of an outage. */
  | { readonly kind: 'useless' }
  | { readonly kind: 'session-ended' | 'template-unknown' | 'key-refused' };

export interface TokenClaims {
  readonly sub: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly org: string | null;
}

/** Failures of Clerk's that allow stale-if-error. */
export function isClerksFailure({ kind }: Meaning): boolean {
  return kind === 'outage' || kind === 'useless' || kind === 'throttled' || kind === 'key-refused';
}

/** Returns the meaning of a well-formed token at its arrival. @param clock - the gateway's clock, in milliseconds since the epoch */
export function meaningOfToken(
  jwt: string,
  claims: TokenClaims,
  request: RecordedRequest,
  clock: number,
): Meaning {
  const { iat, exp } = claims;
  const now = clock / 1000;
  if (exp <= now || iat > now + 5 || exp <= iat) return { kind: 'useless' };
  const { maxLifetime = 3_600, organizationClaim } = policyOf(request.template);
  const { userId, organizationId } = request.caller;
  if (claims.sub !== userId || exp - iat > maxLifetime) return { kind: 'discarded', jwt, why: 'other' };
  if (organizationClaim !== undefined && claims.org !== organizationId) {
    return { kind: 'discarded', jwt, why: 'organization' };
  }
  return { kind: 'token', jwt, claims };
}
