import { type ClerkAPIResponseError, isClerkAPIResponseError } from '@clerk/backend/errors';
import { GraphQLError } from 'graphql';
import { gatewayError, keyRefusedReason } from '../errors.ts';
import type { MintFailure } from '../mint/mint-failure.ts';
import { type ClerkErrorEntry, firstClerkError, isTraceOfClerk, refusesSecretKey } from './clerk-error.ts';

/** Seconds to wait after a 429 without a usable `Retry-After`. */
const defaultRetryAfter = 10;
/** The longest `Retry-After` believed, in seconds. */
const maxRetryAfter = 60;

/**
 * Reads an error of the SDK. A refusal counts only with Clerk's own body (errors with codes, and a trace id): a 401, 404 or 422
 * without it comes from a proxy or gateway before Clerk, and says nothing about a session or template.
 */
export function readClerkFailure(thrown: unknown): MintFailure {
  // Ours already: an answer that could not be decoded.
  if (thrown instanceof GraphQLError) return { error: thrown, kind: 'unavailable', traceId: undefined };
  // The guard throws at what is no error.
  if (!(thrown instanceof Error) || !isClerkAPIResponseError(thrown)) return failed('network failure');
  const { status, errors, clerkTraceId } = thrown;
  const traceId = plainId(clerkTraceId);
  if (refusesSecretKey(errors)) {
    const error = gatewayError('INTERNAL_SERVER_ERROR', { reason: keyRefusedReason });
    return { kind: 'key-refused', error, traceId };
  }
  const own = status && isTraceOfClerk(clerkTraceId) ? firstClerkError(errors) : undefined;
  const failure = failureOf(thrown, own);
  return own ? { ...failure, traceId, clerkAnswered: true } : { ...failure, traceId };
}

/** @param own - the first error of Clerk's own body; undefined for an answer without one */
function failureOf(
  { status, retryAfter }: ClerkAPIResponseError,
  own: ClerkErrorEntry | undefined,
): MintFailure {
  if (status === 429) return throttled(believed(retryAfter ?? defaultRetryAfter));
  if (!status) return failed('network failure or malformed answer', { retryAfter });
  if (status < 400 || status >= 500) return failed(`status ${status}`, { status, retryAfter });
  if (own === undefined)
    return failed(`status ${status} without an error of Clerk's`, { status, retryAfter });
  // A missing session and a missing template share status and code: only the message tells them apart.
  if (status === 404 && /template/i.test(own.message)) return templateUnknown();
  const sessionGone = status === 404 && /session/i.test(own.message);
  if (sessionGone || status === 401 || status === 422) return sessionOver(`status ${status}`);
  return rejected(status);
}

// Without Clerk's own body, too: a proxy that answers 429 asks for fewer requests like Clerk itself.
function throttled(retryAfter: number): MintFailure {
  const error = gatewayError('RATE_LIMITED', { retryAfter, reason: 'Clerk is throttling' });
  return { kind: 'throttled', error, traceId: undefined, retryAfter };
}

/** Clerk refuses, for a reason that is none of those which are known. */
function rejected(status: number): MintFailure {
  const error = gatewayError('UPSTREAM_UNAVAILABLE', { reason: `Clerk refused: status ${status}` });
  return { kind: 'rejected', error, traceId: undefined };
}

/** Clerk does not know the template. */
export function templateUnknown(): MintFailure {
  const error = gatewayError('TEMPLATE_NOT_FOUND', { reason: 'unknown to Clerk' });
  return { kind: 'template-unknown', error, traceId: undefined };
}

/** Clerk says that the session cannot be used. @param how - in which words, for the log */
export function sessionOver(how: string): MintFailure {
  const reason = `Clerk says that the session is over (${how})`;
  return { kind: 'session-over', error: gatewayError('UNAUTHENTICATED', { reason }), traceId: undefined };
}

// It goes into the log: nothing but an id may pass for one.
function plainId(id: unknown): string | undefined {
  return typeof id === 'string' && /^[\w-]{1,64}$/.test(id) ? id : undefined;
}

/** @param answer - what Clerk answered, where it did: its status, and `Retry-After` in seconds */
function failed(
  what: string,
  answer: { status?: number | undefined; retryAfter?: number | undefined } = {},
): MintFailure {
  const { status, retryAfter } = answer;
  const delay = retryAfter === undefined ? {} : { retryAfter: believed(retryAfter) };
  const error = gatewayError('UPSTREAM_UNAVAILABLE', { reason: `Clerk failed: ${what}`, ...delay });
  const outage = !status || status >= 500 ? { outage: true as const } : {};
  // Who is told when to come back does not come back at once.
  const again = outage.outage && retryAfter === undefined ? { transient: true as const } : {};
  return { kind: 'unavailable', error, traceId: undefined, ...delay, ...outage, ...again };
}

function believed(retryAfter: number): number {
  return Math.min(Math.max(1, Math.ceil(retryAfter)), maxRetryAfter);
}
