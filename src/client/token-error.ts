/**
 * Why there is no token. All but the last three are the gateway's codes (see `Errors` in the README); `NETWORK_ERROR` is said when
 * the gateway or Clerk's SDK could not be reached, was too slow, or did not answer as a gateway does; `DISPOSED` after `dispose()`;
 * `ABORTED` on platforms whose abort signals give no reason of their own.
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
  | 'DISPOSED';

/** How one error differs from another of its code. */
export interface TokenErrorDetails {
  /** Seconds after which asking again makes sense. */
  retryAfter?: number | undefined;
  /** What was thrown underneath: by `fetch`, or by the function that gives the session token. */
  cause?: unknown;
}

/** What a token source rejects with. Its message holds no token and nothing that the gateway wrote but the code. */
export class TokenError extends Error {
  readonly code: TokenErrorCode;
  /** Seconds after which asking again makes sense; undefined when nobody said. */
  readonly retryAfter: number | undefined;

  constructor(code: TokenErrorCode, message: string, details: TokenErrorDetails = {}) {
    super(message, details);
    this.name = 'TokenError';
    this.code = code;
    this.retryAfter = details.retryAfter;
  }
}

/** The error itself, or one that has it as its cause. */
export function asTokenError(cause: unknown): TokenError {
  if (cause instanceof TokenError) return cause;
  return new TokenError('NETWORK_ERROR', 'The session token could not be had.', { cause });
}
