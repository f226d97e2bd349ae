import { GraphQLError } from 'graphql';

/**
 * Every code that a resolver of this gateway can answer in `extensions.code`.
 * Requests that GraphQL or HTTP itself refuses carry `TransportErrorCode` instead.
 */
export type GatewayErrorCode =
  | 'UNAUTHENTICATED'
  | 'BAD_USER_INPUT'
  | 'TEMPLATE_NOT_FOUND'
  | 'FORBIDDEN'
  | 'RATE_LIMITED'
  | 'UPSTREAM_UNAVAILABLE'
  | 'INTERNAL_SERVER_ERROR';

/** Codes of requests that are refused before any resolver runs. */
export type TransportErrorCode =
  | 'BAD_REQUEST'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  | 'PERSISTED_QUERY_NOT_FOUND';

/** What each code means, for people: the README's table is printed from here. */
export const errorCodes: Readonly<Record<GatewayErrorCode | TransportErrorCode, string>> = {
  UNAUTHENTICATED:
    'No valid session, or it was revoked, or Clerk says that it is over. Sign in, or refresh the session token.',
  BAD_USER_INPUT:
    'The template name is malformed (use letters, digits, `_` and `-`), one operation names more than 10 templates or representations, or the result is too large.',
  TEMPLATE_NOT_FOUND:
    'The template is not configured here, or Clerk does not know it. The two look the same.',
  FORBIDDEN: 'The template is configured, but not for this caller.',
  RATE_LIMITED:
    'Clerk is throttling or the budget of mints is spent, and nothing valid is held; or this session or user asks too often; or too many subscriptions are open. Ask again after `retryAfter` seconds (also the header `Retry-After`).',
  UPSTREAM_UNAVAILABLE:
    'Clerk failed, was too slow, or answered something that is not a usable token, and nothing valid is held. `retryAfter` when it is known.',
  INTERNAL_SERVER_ERROR:
    'Everything else. The reason is in the log of the gateway; the answer has it only where the server around the gateway is set up wrongly.',
  BAD_REQUEST:
    'The HTTP request is not a GraphQL request (method, media type, size, JSON or origin), or names no persisted document where no other is executed.',
  GRAPHQL_PARSE_FAILED: 'The document is not GraphQL, or is too large.',
  GRAPHQL_VALIDATION_FAILED: 'The document does not fit the schema, or is beyond a limit.',
  PERSISTED_QUERY_NOT_SUPPORTED:
    "The request has the hash of a query and no query, and the gateway has no persisted documents. Apollo's clients then send the query.",
  PERSISTED_QUERY_NOT_FOUND:
    'The request has a hash that no persisted document has, and no query. Add the document to the manifest.',
};

const defaultMessages: Readonly<Record<GatewayErrorCode, string>> = {
  UNAUTHENTICATED: 'A valid Clerk session is required.',
  BAD_USER_INPUT:
    'The template name must match ^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$, and be none that every object has, such as constructor.',
  TEMPLATE_NOT_FOUND: 'No such template.',
  FORBIDDEN: 'This session may not use this template.',
  RATE_LIMITED: 'Too many tokens are being minted. Try again later.',
  UPSTREAM_UNAVAILABLE: 'Clerk could not be reached or did not answer properly. Try again later.',
  INTERNAL_SERVER_ERROR: 'Unexpected error.',
};

/** How one gateway error differs from its default. */
export interface GatewayErrorDetails {
  /** Replaces the default message; never holds a token, key or claim value. */
  message?: string;
  /** Seconds after which asking again makes sense; also sent as the header `Retry-After`. */
  retryAfter?: number;
  /** Why, in words for the log and the audit record; sent to the caller in development alone. */
  reason?: string;
}

/** Where the keys of an instance are found. */
export const apiKeysPage = 'Clerk Dashboard: Configure, API keys';

/** What the operator is told when Clerk refuses the gateway's secret key. */
export const keyRefusedReason = `Clerk refuses the secret key: check CLERK_SECRET_KEY against ${apiKeysPage}`;

const reasons = new WeakMap<GraphQLError, string>();

/**
 * Makes an error that the caller may see.
 *
 * @param code - one of the public codes
 * @param details - message, `retryAfter` (seconds), the reason for the log
 */
export function gatewayError(code: GatewayErrorCode, details: GatewayErrorDetails = {}): GraphQLError {
  const { message = defaultMessages[code], retryAfter, reason } = details;
  const delay =
    retryAfter === undefined ? {} : { retryAfter, http: { headers: { 'retry-after': String(retryAfter) } } };
  const error = new GraphQLError(message, { extensions: { code, ...delay } });
  if (reason !== undefined) reasons.set(error, reason);
  return error;
}

/** The code of an error made here; anything else is `INTERNAL_SERVER_ERROR`. */
export function errorCode(error: unknown): string {
  const code = error instanceof GraphQLError ? error.extensions.code : undefined;
  return typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR';
}

/** The reason that was given with the error, or with the one that GraphQL has wrapped. Callers see it in development alone. */
export function errorReason(error: unknown): string | undefined {
  if (!(error instanceof GraphQLError)) return undefined;
  return reasons.get(error) ?? errorReason(error.originalError);
}

/**
 * A mistake in how the server around the gateway is set up. The caller sees the message, so that it holds no value of a request; it says
 * what to change.
 */
export class HostConfigurationError extends Error {
  override name = 'HostConfigurationError';
}
