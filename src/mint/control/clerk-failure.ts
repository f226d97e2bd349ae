import { isClerkAPIResponseError } from '@clerk/backend/errors';
import { GraphQLError } from 'graphql';
import { gatewayError, keyRefusedReason } from '../../errors.ts';
import type { MintFailure } from '../mint-failure.ts';

/** Codes by which Clerk refuses the gateway's secret key, which is never the caller's fault. */
const keyRefusals = new Set([
  'clerk_key_invalid',
  'authentication_invalid',
  'authorization_header_format_invalid',
]);

/** Seconds to wait after a 429 without a usable `Retry-After`. */
const defaultRetryAfter = 10;
/** The longest `Retry-After` believed, in seconds. */
const maxRetryAfter = 60;

/**
 * Reads an error of the SDK. A missing session and a missing template share status and code: only the message tells
 * them apart.
 */
export function readClerkFailure(thrown: unknown): MintFailure {
  // Ours already: an answer that could not be decoded.
  if (thrown instanceof GraphQLError) return { error: thrown, kind: 'unavailable', traceId: undefined };
  // The guard throws at what is no error.
  if (!(thrown instanceof Error) || !isClerkAPIResponseError(thrown))
    return failed('network failure', undefined);
  const { status } = thrown;
  const traceId = plainId(thrown.clerkTraceId);
  const { code, message } = firstError(thrown.errors);
  if (keyRefusals.has(code)) {
    const error = gatewayError('INTERNAL_SERVER_ERROR', { reason: keyRefusedReason });
    return { kind: 'key-refused', error, traceId };
  }
  if (status === 429) {
    const retryAfter = believed(thrown.retryAfter ?? defaultRetryAfter);
    const error = gatewayError('RATE_LIMITED', { retryAfter, reason: 'Clerk is throttling' });
    return { kind: 'throttled', error, traceId, retryAfter };
  }
  if (status === 404 && /template/i.test(message)) return { ...templateUnknown(), traceId };
  const sessionGone = status === 404 && /session/i.test(message);
  if (sessionGone || status === 401 || status === 422) return { ...sessionOver(`status ${status}`), traceId };
  if (status >= 400 && status < 500) return { ...rejected(status), traceId };
  const what = status ? `status ${status}` : 'network failure or malformed answer';
  return failed(what, traceId, { status, retryAfter: thrown.retryAfter });
}

// Clerk's answer, or that of whatever stands before it: anything may be in it.
function firstError(errors: unknown): { code: string; message: string } {
  const [first] = Array.isArray(errors) ? errors : [];
  const { code, message } = (first ?? {}) as { code?: unknown; message?: unknown };
  return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : '' };
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
  traceId: string | undefined,
  answer: { status?: number | undefined; retryAfter?: number | undefined } = {},
): MintFailure {
  const { status, retryAfter } = answer;
  const delay = retryAfter === undefined ? {} : { retryAfter: believed(retryAfter) };
  const error = gatewayError('UPSTREAM_UNAVAILABLE', { reason: `Clerk failed: ${what}`, ...delay });
  const outage = !status || status >= 500 ? { outage: true as const } : {};
  // Who is told when to come back does not come back at once.
  const again = outage.outage && retryAfter === undefined ? { transient: true as const } : {};
  return { kind: 'unavailable', error, traceId, ...delay, ...outage, ...again };
}

function believed(retryAfter: number): number {
  return Math.min(Math.max(1, Math.ceil(retryAfter)), maxRetryAfter);
}
