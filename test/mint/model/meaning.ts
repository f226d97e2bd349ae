import type { Asked } from './history.ts';
import { policyOf } from './world.ts';

/** What an answer of Clerk's means, by the design: read here anew, not by the code under test. */
export type Meaning =
  | { readonly kind: 'token'; readonly jwt: string; readonly claims: TokenClaims }
  /** A token that must not be handed out to the caller for whom it was minted. */
  | { readonly kind: 'discarded'; readonly jwt: string; readonly why: 'organization' | 'other' }
  | { readonly kind: 'outage'; readonly retried: boolean }
  | { readonly kind: 'throttled'; readonly milliseconds: number }
  /** An answer without a token that can be used, or a refusal that is about none of these: no sign that Clerk is down. */
  | { readonly kind: 'useless' }
  | { readonly kind: 'session-ended' | 'template-unknown' | 'key-refused' };

export interface TokenClaims {
  readonly sub: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly org: string | null;
}

/** Failures of Clerk's, through which held tokens are served on. */
export function isClerksFailure({ kind }: Meaning): boolean {
  return kind === 'outage' || kind === 'useless' || kind === 'throttled' || kind === 'key-refused';
}

/** What a well-formed token means at the moment at which it arrives. @param clock - the gateway's, in milliseconds */
export function meaningOfToken(jwt: string, claims: TokenClaims, asked: Asked, clock: number): Meaning {
  const { iat, exp } = claims;
  const now = clock / 1000;
  if (exp <= now || iat > now + 5 || exp <= iat) return { kind: 'useless' };
  const { maxLifetime = 3_600, organizationClaim } = policyOf(asked.template);
  const { userId, organizationId } = asked.caller;
  if (claims.sub !== userId || exp - iat > maxLifetime) return { kind: 'discarded', jwt, why: 'other' };
  if (organizationClaim !== undefined && claims.org !== organizationId) {
    return { kind: 'discarded', jwt, why: 'organization' };
  }
  return { kind: 'token', jwt, claims };
}
