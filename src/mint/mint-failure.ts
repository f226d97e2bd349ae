import type { GraphQLError } from 'graphql';
import type { ClerkFailure, ClerkFailureKind } from '../clerk/clerk-failure.ts';
import { type GatewayErrorCode, gatewayError } from '../errors.ts';
import type { LimitName } from './limits/rate-limit.ts';

/** Why a request for a token was refused; the keys of `GatewayStats.refusals`. */
export type RefusalReason =
  /** The template is not configured. */
  | 'template-not-configured'
  /** The template's policy does not allow this caller. */
  | 'forbidden'
  /** The caller's authorized party is no longer accepted: the settings were reloaded while the request waited. */
  | 'unauthorized-party'
  /** The session or its user was revoked by a webhook. */
  | 'revoked'
  /** Too many subscriptions are open: of this session, of this user, or in total. */
  | 'subscription-limit'
  | MintFailureKind;

/** Why a mint yielded no token. */
export type MintFailureKind =
  /** Clerk reports that the session has ended, or has reported it within the last 10 s. */
  | 'session-ended'
  /** Clerk does not know the template, or did not know it within the last 10 s. */
  | 'template-unknown'
  /** Clerk answered 429, and its `Retry-After` has not passed. */
  | 'throttled'
  /** The mint budget is spent. */
  | 'budget'
  /** This session mints too often. */
  | 'session-limit'
  /** The sessions of this user, together, mint too often. */
  | 'user-limit'
  /** This session requests `fresh` tokens too often. */
  | 'fresh-limit'
  /** Clerk refuses the gateway's secret key. */
  | 'key-refused'
  /** Clerk refuses this mint with a 4xx status, for another reason than those above. */
  | 'rejected'
  /** Clerk could not be reached, or its answer was not usable. */
  | 'unavailable'
  /** Clerk did not answer within the deadline. */
  | 'deadline'
  /** Most of the deadline had passed before the gateway called Clerk. */
  | 'late'
  /** The circuit breaker is open: Clerk failed too often in a row. */
  | 'circuit-open'
  /** Too many calls to Clerk are open. */
  | 'open-calls'
  /** The minted token is for another user or organization, or lives too long. */
  | 'discarded'
  /** The session or its user was revoked during the mint. */
  | 'revoked'
  /** The gateway failed. */
  | 'internal';

/** A mint that yielded no token. */
export interface MintFailure {
  /** The error for the caller. */
  readonly error: GraphQLError;
  readonly kind: MintFailureKind;
  /** Clerk's trace id, or the `cf-ray` of Cloudflare in front of Clerk. For the log only: it proves nothing. */
  readonly traceId?: string | undefined;
  /** The HTTP status of Clerk's answer, where there was one. */
  readonly status?: number;
  /** Seconds after which another request may succeed, where known. */
  readonly retryAfter?: number;
  /** Clerk could not be reached, or answered 5xx. */
  readonly outage?: true;
  /** An immediate retry may succeed. */
  readonly transient?: true;
}

/**
 * Failures that allow stale-if-error: Clerk or the network fails, or all callers together have spent the budget. A caller that has
 * spent its own limit gets no stale token: otherwise it could keep an old token by many requests.
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

/** Returns whether a held token may be returned after this failure (stale-if-error). */
export function allowsStale({ kind }: MintFailure): boolean {
  return upstreamFailures.has(kind);
}

/** The error code for the caller, by the meaning of Clerk's failure. */
const clerkFailureCodes: Readonly<Record<ClerkFailureKind, GatewayErrorCode>> = {
  'session-ended': 'UNAUTHENTICATED',
  'template-unknown': 'TEMPLATE_NOT_FOUND',
  throttled: 'RATE_LIMITED',
  'key-refused': 'INTERNAL_SERVER_ERROR',
  rejected: 'UPSTREAM_UNAVAILABLE',
  unavailable: 'UPSTREAM_UNAVAILABLE',
};

/** Returns a failure of Clerk's as a mint failure, with the error for the caller. */
export function fromClerkFailure(failure: ClerkFailure): MintFailure {
  const { kind, reason, traceId, status, retryAfter, outage, transient } = failure;
  const delay = retryAfter === undefined ? {} : { retryAfter };
  return {
    kind,
    error: gatewayError(clerkFailureCodes[kind], { reason, ...delay }),
    traceId,
    ...delay,
    ...(status !== undefined && { status }),
    ...(outage && { outage }),
    ...(transient && { transient }),
  };
}

/** The reason of each limit, for the log. */
const limitReasons: Readonly<Record<'throttled' | LimitName, string>> = {
  throttled: 'Clerk is throttling',
  'session-limit': 'this session mints too often',
  'user-limit': 'the sessions of this user mint too often',
  budget: 'the budget of mints is spent',
  'fresh-limit': 'this session requests fresh tokens too often',
};

/** Returns the failure of a mint that a limit refuses. @param retryInMs - until the limit has room, in milliseconds */
export function limited(kind: 'throttled' | LimitName, retryInMs: number): MintFailure {
  const retryAfter = toRetryAfter(retryInMs);
  return {
    kind,
    error: gatewayError('RATE_LIMITED', { retryAfter, reason: limitReasons[kind] }),
    retryAfter,
  };
}

/**
 * Returns the failure of a mint without a call to Clerk, or without a usable answer.
 *
 * @param retryInMs - milliseconds until another request may succeed, where known
 */
export function unavailable(
  kind: 'unavailable' | 'deadline' | 'late' | 'circuit-open' | 'open-calls',
  reason: string,
  retryInMs?: number,
): MintFailure {
  const delay = retryInMs === undefined ? {} : { retryAfter: toRetryAfter(retryInMs) };
  return { kind, error: gatewayError('UPSTREAM_UNAVAILABLE', { reason, ...delay }), ...delay };
}

/** Returns the failure of a mint during which a revocation arrived, and that cannot be repeated. */
export function outdatedMint(): MintFailure {
  return unavailable('unavailable', 'a revocation or change arrived while the token was minted', 1_000);
}

/** Returns the failure of a mint during which the session or its user was revoked. */
export function revoked(): MintFailure {
  const error = gatewayError('UNAUTHENTICATED', { reason: 'revoked while the token was minted' });
  return { kind: 'revoked', error };
}

/** Returns the failure for a session that Clerk has reported as ended. @param when - for the log */
export function sessionEnded(when: string): MintFailure {
  const reason = `Clerk says that the session has ended (${when})`;
  return { kind: 'session-ended', error: gatewayError('UNAUTHENTICATED', { reason }) };
}

/** Returns the failure for a template that Clerk does not know. */
export function templateUnknown(): MintFailure {
  return fromClerkFailure({ kind: 'template-unknown', reason: 'unknown to Clerk' });
}

/** Returns the failure for a token that is not for this caller, or does not fit its template's policy. @param error - the fault, for the caller */
export function discarded(error: GraphQLError): MintFailure {
  return { kind: 'discarded', error };
}

/** Returns the failure for a fault of the gateway. */
export function internal(): MintFailure {
  return { kind: 'internal', error: gatewayError('INTERNAL_SERVER_ERROR') };
}

function toRetryAfter(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}
