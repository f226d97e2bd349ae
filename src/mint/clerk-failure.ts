import { isClerkAPIResponseError } from '@clerk/backend/errors';
import { GraphQLError } from 'graphql';
import { gatewayError, keyRefusedReason } from '../errors.ts';

/** What a call to Clerk that yielded no token means, apart from the error that the caller sees. */
export interface ClerkFailure {
  /** The error for the caller. */
  readonly error: GraphQLError;
  /**
   * What failed: the session is over; the template is unknown; Clerk throttles; the gateway's own key is refused;
   * Clerk is out of reach or answered nonsense; the token is another's, another organization's, or lives too long.
   */
  readonly kind:
    | 'session-over'
    | 'template-unknown'
    | 'throttled'
    | 'key-refused'
    | 'unavailable'
    | 'discarded';
  /** Clerk's id for the failed request, when it gave one. */
  readonly traceId: string | undefined;
  /** Seconds after which Clerk may be asked again, where that is known. */
  readonly retryAfter?: number;
}

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
export function readClerkFailure(thrown: unknown): ClerkFailure {
  // Ours already: a deadline that passed, or an answer that could not be decoded.
  if (thrown instanceof GraphQLError) return { error: thrown, kind: 'unavailable', traceId: undefined };
  if (!isClerkAPIResponseError(thrown)) return unavailable('network failure', undefined);
  const { status } = thrown;
  const traceId = plainId(thrown.clerkTraceId);
  const { code, message } = thrown.errors[0] ?? {};
  if (code !== undefined && keyRefusals.has(code)) {
    return {
      kind: 'key-refused',
      error: gatewayError('INTERNAL_SERVER_ERROR', { reason: keyRefusedReason }),
      traceId,
    };
  }
  if (status === 429) {
    const retryAfter = believed(thrown.retryAfter ?? defaultRetryAfter);
    const reason = 'Clerk is throttling';
    const error = gatewayError('RATE_LIMITED', { retryAfter, reason });
    return { kind: 'throttled', error, traceId, retryAfter };
  }
  if (status === 404 && /template/i.test(message ?? '')) {
    const reason = 'unknown to Clerk';
    return { kind: 'template-unknown', error: gatewayError('TEMPLATE_NOT_FOUND', { reason }), traceId };
  }
  const sessionGone = status === 404 && /session/i.test(message ?? '');
  if (sessionGone || status === 401 || status === 422) {
    const reason = `Clerk says that the session is over (${status})`;
    return { kind: 'session-over', error: gatewayError('UNAUTHENTICATED', { reason }), traceId };
  }
  const what = status ? `status ${status}` : 'network failure or malformed answer';
  return unavailable(what, traceId, thrown.retryAfter);
}

// It goes into the log: nothing but an id may pass for one.
function plainId(id: unknown): string | undefined {
  return typeof id === 'string' && /^[\w-]{1,64}$/.test(id) ? id : undefined;
}

/** @param retryAfter - seconds, where Clerk named them */
function unavailable(what: string, traceId: string | undefined, retryAfter?: number): ClerkFailure {
  const reason = `Clerk failed: ${what}`;
  const delay = retryAfter === undefined ? {} : { retryAfter: believed(retryAfter) };
  const error = gatewayError('UPSTREAM_UNAVAILABLE', { reason, ...delay });
  return { kind: 'unavailable', error, traceId, ...delay };
}

function believed(retryAfter: number): number {
  return Math.min(Math.max(1, Math.ceil(retryAfter)), maxRetryAfter);
}
