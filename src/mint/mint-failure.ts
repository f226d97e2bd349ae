import type { GraphQLError } from 'graphql';
import { gatewayError } from '../errors.ts';
import type { LimitName } from './limits/rate-limit.ts';

/** Why a request for a token was refused; the keys of `GatewayStats.refusals`. */
export type RefusalReason =
  /** The template is not configured here. */
  | 'template-not-configured'
  /** The policy says no to this caller. */
  | 'forbidden'
  /** The session or its user was revoked, as a webhook said. */
  | 'revoked'
  /** Too many subscriptions are open: of this session, of this user, or in total. */
  | 'subscription-limit'
  | MintFailureKind;

/** What kept Clerk, or the gateway on its behalf, from giving a token. */
export type MintFailureKind =
  /** Clerk says that the session is over, now or within the last 10 s. */
  | 'session-over'
  /** Clerk does not know the template, now or within the last 10 s. */
  | 'template-unknown'
  /** Clerk answered 429, and its `Retry-After` is not over. */
  | 'throttled'
  /** The budget of mints is spent. */
  | 'budget'
  /** This session mints too often. */
  | 'session-limit'
  /** The sessions of this user, together, mint too often. */
  | 'user-limit'
  /** This session asks for fresh tokens too often. */
  | 'fresh-limit'
  /** Clerk refuses the gateway's own secret key. */
  | 'key-refused'
  /** Clerk refuses this mint with a 4xx that is none of those above. */
  | 'rejected'
  /** Clerk is out of reach, or answered nonsense. */
  | 'unavailable'
  /** Clerk gave no answer within the deadline. */
  | 'deadline'
  /** Most of the deadline was over before Clerk was asked. */
  | 'late'
  /** Clerk failed too often in a row: it is left alone for a while. */
  | 'circuit-open'
  /** Too many calls to Clerk are open. */
  | 'open-calls'
  /** The minted token is another user's, another organization's, or lives too long. */
  | 'discarded'
  /** The session or its user was revoked while the token was minted. */
  | 'revoked'
  /** The gateway itself failed. */
  | 'internal';

/** A request for a token that yielded none. */
export interface MintFailure {
  /** The error for the caller. */
  readonly error: GraphQLError;
  readonly kind: MintFailureKind;
  /** The id of the failed request, for the log: Clerk's, or the `cf-ray` of Cloudflare before it. It proves nothing. */
  readonly traceId: string | undefined;
  /** The answer had Clerk's own error body, so that Clerk has accepted the gateway's secret key. */
  readonly clerkAnswered?: true;
  /** Seconds after which asking again makes sense, where that is known. */
  readonly retryAfter?: number;
  /** Clerk could not be reached, or answered 5xx. */
  readonly outage?: true;
  /** Asking Clerk again at once may help. */
  readonly transient?: true;
}

/**
 * Failures that allow stale-if-error: Clerk or the network fails, or all callers together have spent the budget. A caller that has
 * spent its own limit gets no stale token: otherwise it could keep an old token by asking often.
 */
const upstreamFailures: ReadonlySet<MintFailureKind> = new Set([
  'throttled',
  'budget',
  'key-refused',
  'unavailable',
  'deadline',
  'circuit-open',
  'open-calls',
  'internal',
]);

export function leavesHeldTokens({ kind }: MintFailure): boolean {
  return upstreamFailures.has(kind);
}

/** Why each limit refuses, for the log. */
const limitReasons: Readonly<Record<'throttled' | LimitName, string>> = {
  throttled: 'Clerk is throttling',
  'session-limit': 'this session mints too often',
  'user-limit': 'the sessions of this user mint too often',
  budget: 'the budget of mints is spent',
  'fresh-limit': 'this session asks for fresh tokens too often',
};

/** A refusal because a limit is reached. @param milliseconds - until it ends */
export function limited(kind: 'throttled' | LimitName, milliseconds: number): MintFailure {
  const retryAfter = Math.max(1, Math.ceil(milliseconds / 1000));
  return {
    kind,
    error: gatewayError('RATE_LIMITED', { retryAfter, reason: limitReasons[kind] }),
    traceId: undefined,
    retryAfter,
  };
}

/** Clerk cannot be asked now. @param milliseconds - until it makes sense to ask again, where that is known */
export function unavailable(
  kind: 'unavailable' | 'deadline' | 'late' | 'circuit-open' | 'open-calls',
  reason: string,
  milliseconds?: number,
): MintFailure {
  const delay = milliseconds === undefined ? {} : { retryAfter: Math.max(1, Math.ceil(milliseconds / 1000)) };
  const error = gatewayError('UPSTREAM_UNAVAILABLE', { reason, ...delay });
  return { kind, error, traceId: undefined, ...delay };
}

/** An event has dropped the caller's tokens since the mint began, and there was no time for another mint. */
export function outdatedMint(): MintFailure {
  return unavailable('unavailable', 'a revocation or change arrived while the token was minted', 1_000);
}

/** The session or its user has been revoked. */
export function revoked(): MintFailure {
  const error = gatewayError('UNAUTHENTICATED', { reason: 'revoked while the token was minted' });
  return { kind: 'revoked', error, traceId: undefined };
}
