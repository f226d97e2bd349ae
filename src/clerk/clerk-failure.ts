import { type ClerkAPIResponseError, isClerkAPIResponseError } from '@clerk/backend/errors';
import { keyRefusedReason } from '../errors.ts';
import { type ClerkErrorEntry, firstClerkError, isClerkTraceId, refusesSecretKey } from './clerk-error.ts';

/** The meaning of a failed call to Clerk. */
export type ClerkFailureKind =
  /** Clerk refuses the secret key. */
  | 'key-refused'
  /** Status 429. */
  | 'throttled'
  /** The session has ended or does not exist. */
  | 'session-ended'
  /** The JWT template does not exist. */
  | 'template-unknown'
  /** Clerk refuses the request for another reason, with a 4xx status. */
  | 'rejected'
  /** No answer, status 5xx, or an answer that is not Clerk's. */
  | 'unavailable';

/** A failed call to Clerk. */
export interface ClerkFailure {
  readonly kind: ClerkFailureKind;
  /** The reason, for the log. It contains no token, key or claim. */
  readonly reason: string;
  /** The HTTP status, where there was an answer. */
  readonly status?: number;
  /** Clerk's trace id, or the `cf-ray` of Cloudflare in front of Clerk. For the log only: it proves nothing. */
  readonly traceId?: string;
  /** Seconds, from `Retry-After`, at most 60. */
  readonly retryAfter?: number;
  /** The answer had Clerk's own error body, so Clerk has accepted the secret key. */
  readonly hasClerkBody?: true;
  /** Clerk could not be reached, or answered 5xx. */
  readonly outage?: true;
  /** An immediate retry may succeed. */
  readonly transient?: true;
}

/** Seconds to wait after a 429 without a usable `Retry-After`. */
const defaultRetryAfter = 10;
/** The longest accepted `Retry-After`, in seconds. */
const maxRetryAfter = 60;

/**
 * Classifies an error of Clerk's SDK. A refusal counts only with Clerk's own body (errors with codes, and a trace id): a 401, 404 or 422
 * without it comes from a proxy in front of Clerk and says nothing about a session or template.
 *
 * @param thrown - any value that `sessions.getToken` threw
 */
export function readClerkFailure(thrown: unknown): ClerkFailure {
  // The SDK's type guard throws for a value that is not an error.
  if (!(thrown instanceof Error) || !isClerkAPIResponseError(thrown)) return unavailable('network failure');
  const { status, errors, clerkTraceId } = thrown;
  const traceId = readTraceId(clerkTraceId);
  const answer = { ...(status ? { status } : {}), ...(traceId === undefined ? {} : { traceId }) };
  if (refusesSecretKey(errors)) return { kind: 'key-refused', reason: keyRefusedReason, ...answer };
  const clerkError = status && isClerkTraceId(clerkTraceId) ? firstClerkError(errors) : undefined;
  const failure = { ...readStatus(thrown, clerkError), ...answer };
  return clerkError ? { ...failure, hasClerkBody: true } : failure;
}

/** Returns the failure that a status means. @param clerkError - the first error of Clerk's own body; undefined for an answer without one */
function readStatus(
  { status, retryAfter }: ClerkAPIResponseError,
  clerkError: ClerkErrorEntry | undefined,
): ClerkFailure {
  // A 429 counts without Clerk's own body too: a proxy that throttles also limits the rate.
  if (status === 429) {
    const seconds = clampRetryAfter(retryAfter ?? defaultRetryAfter);
    return { kind: 'throttled', reason: 'Clerk is throttling', retryAfter: seconds };
  }
  if (!status) return unavailable('network failure or malformed answer', retryAfter);
  if (status >= 500) return unavailable(`status ${status}`, retryAfter);
  if (status < 400) return notFromClerk(`status ${status}`, retryAfter);
  if (clerkError === undefined)
    return notFromClerk(`status ${status} without Clerk's error body`, retryAfter);
  // A missing session and a missing template share status and code: only the message differs.
  if (status === 404 && /template/i.test(clerkError.message)) {
    return { kind: 'template-unknown', reason: 'unknown to Clerk' };
  }
  const isSessionGone = status === 404 && /session/i.test(clerkError.message);
  if (isSessionGone || status === 401 || status === 422) {
    return { kind: 'session-ended', reason: `Clerk says that the session has ended (status ${status})` };
  }
  return { kind: 'rejected', reason: `Clerk refused: status ${status}` };
}

// `Retry-After` requests a pause: an immediate retry would ignore it.
function unavailable(detail: string, retryAfter?: number): ClerkFailure {
  const failure = { ...notFromClerk(detail, retryAfter), outage: true } as const;
  return retryAfter === undefined ? { ...failure, transient: true } : failure;
}

/** Returns the failure for an answer that is not Clerk's and shows no outage, such as the page of a proxy. */
function notFromClerk(detail: string, retryAfter?: number): ClerkFailure {
  const delay = retryAfter === undefined ? {} : { retryAfter: clampRetryAfter(retryAfter) };
  return { kind: 'unavailable', reason: `Clerk failed: ${detail}`, ...delay };
}

function clampRetryAfter(seconds: number): number {
  return Math.min(Math.max(1, Math.ceil(seconds)), maxRetryAfter);
}

// The id goes into the log, so only the characters of an id pass.
function readTraceId(id: unknown): string | undefined {
  return typeof id === 'string' && /^[\w-]{1,64}$/.test(id) ? id : undefined;
}
