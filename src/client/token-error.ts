/**
 * The reason why there is no token. All but the last four are the gateway's codes. `NETWORK_ERROR`: the gateway or Clerk's SDK was not
 * reachable, too slow, or gave an unusable answer. `DISPOSED`: `dispose()` was called. `ABORTED`: the call was aborted, on platforms whose
 * abort signals have no reason. `SESSION_CHANGED`, in React: the signed-in session is not that of the rendering that the call belongs to.
 */
export type TokenErrorCode =
  | 'UNAUTHENTICATED'
  | 'BAD_USER_INPUT'
  | 'TEMPLATE_NOT_FOUND'
  | 'FORBIDDEN'
  | 'RATE_LIMITED'
  | 'UPSTREAM_UNAVAILABLE'
  | 'INTERNAL_SERVER_ERROR'
  | 'BAD_REQUEST'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'NETWORK_ERROR'
  | 'ABORTED'
  | 'DISPOSED'
  | 'SESSION_CHANGED';

/** The details of a `TokenError`. */
export interface TokenErrorDetails {
  /** Seconds to wait before a new attempt. */
  retryAfter?: number | undefined;
  /** The error of `fetch`, or of the function that returns the session token. */
  cause?: unknown;
}

/** The error of a token source. Its message contains the gateway's code, but no other text of the answer and no token. */
export class TokenError extends Error {
  readonly code: TokenErrorCode;
  /** Seconds to wait before a new attempt; undefined when unknown. */
  readonly retryAfter: number | undefined;

  constructor(code: TokenErrorCode, message: string, details: TokenErrorDetails = {}) {
    super(message, details);
    this.name = 'TokenError';
    this.code = code;
    this.retryAfter = details.retryAfter;
  }
}

/** Returns the error itself, or a `NETWORK_ERROR` with it as the cause. */
export function asTokenError(cause: unknown): TokenError {
  if (cause instanceof TokenError) return cause;
  return new TokenError('NETWORK_ERROR', 'The session token could not be read.', { cause });
}
