import { GraphQLError } from 'graphql';

/**
 * The codes that a resolver of this gateway can answer in `extensions.code`.
 * A request that is refused before any resolver runs has a `TransportErrorCode`.
 */
export type GatewayErrorCode =
  | 'UNAUTHENTICATED'
  | 'BAD_USER_INPUT'
  | 'TEMPLATE_NOT_FOUND'
  | 'FORBIDDEN'
  | 'RATE_LIMITED'
  | 'UPSTREAM_UNAVAILABLE'
  | 'INTERNAL_SERVER_ERROR';

/** The codes of requests that are refused before any resolver runs. */
export type TransportErrorCode =
  | 'BAD_REQUEST'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  | 'PERSISTED_QUERY_NOT_FOUND';

/** The meaning of each code. The table in docs/errors.md is generated from it. */
export const errorCodes: Readonly<Record<GatewayErrorCode | TransportErrorCode, string>> = {
  UNAUTHENTICATED:
    'There is no valid session, or it has ended or was revoked. Sign in, or refresh the session token.',
  BAD_USER_INPUT:
    'The template name is malformed (use letters, digits, `_` and `-`), one operation names more than 10 templates or representations, or the result is too large.',
  TEMPLATE_NOT_FOUND:
    'The template is not configured here, or Clerk does not know it. The two cases look the same.',
  FORBIDDEN: 'The template is configured, but this caller may not use it.',
  RATE_LIMITED:
    'A limit is reached: of Clerk, of the mint budget, of this user or session, or of open subscriptions. Retry after `retryAfter` seconds (also the header `Retry-After`).',
  UPSTREAM_UNAVAILABLE:
    'Clerk failed, was too slow, or answered without a usable token, and no valid token is held. `retryAfter` is present when it is known.',
  INTERNAL_SERVER_ERROR:
    'Any other error. The reason is in the log of the gateway; the answer has it only where the server around the gateway is misconfigured.',
  BAD_REQUEST:
    'The HTTP request is not a GraphQL request (method, media type, size, JSON or origin), or names no persisted document where only persisted documents are executed.',
  GRAPHQL_PARSE_FAILED: 'The document is not valid GraphQL, or is too large.',
  GRAPHQL_VALIDATION_FAILED: 'The document does not match the schema, or exceeds a limit.',
  PERSISTED_QUERY_NOT_SUPPORTED:
    'The request has the hash of a query but no query, and the gateway has no persisted documents. Apollo clients then send the query.',
  PERSISTED_QUERY_NOT_FOUND:
    'The request has no query, and no persisted document has its hash. Add the document to the manifest.',
};

const defaultMessages: Readonly<Record<GatewayErrorCode, string>> = {
  UNAUTHENTICATED: 'A valid Clerk session is required.',
  BAD_USER_INPUT:
    'The template name is malformed: it must match ^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$ and must not be a property that every object has, such as constructor.',
  TEMPLATE_NOT_FOUND: 'This template does not exist. Check its name.',
  FORBIDDEN: 'This session may not use this template.',
  RATE_LIMITED: 'Too many tokens are being minted. Try again later.',
  UPSTREAM_UNAVAILABLE: 'Clerk could not be reached or did not answer properly. Try again later.',
  INTERNAL_SERVER_ERROR: 'Unexpected error.',
};

/** The parts of a gateway error that differ from the default of its code. */
interface GatewayErrorDetails {
  /** Replaces the default message. It must not contain a token, a key or a claim. */
  message?: string;
  /** Seconds after which a retry makes sense. It is also sent as the header `Retry-After`. */
  retryAfter?: number;
  /** The reason, for the log and the audit record. The caller sees it in development only. */
  reason?: string;
}

/** The page of Clerk's dashboard that shows the keys of an instance. */
export const apiKeysPage = 'Clerk Dashboard: Configure, API keys';

/** The reason of every error that a refused secret key causes. */
export const keyRefusedReason = `Clerk refuses the secret key: check CLERK_SECRET_KEY against ${apiKeysPage}`;

const reasons = new WeakMap<GraphQLError, string>();

/**
 * Creates an error whose message and code the caller sees.
 *
 * @param details - message, `retryAfter` in seconds, and the reason for the log. @default the message of the code alone
 */
export function gatewayError(code: GatewayErrorCode, details: GatewayErrorDetails = {}): GraphQLError {
  const { message = defaultMessages[code], retryAfter, reason } = details;
  const delay =
    retryAfter === undefined ? {} : { retryAfter, http: { headers: { 'retry-after': String(retryAfter) } } };
  const error = new GraphQLError(message, { extensions: { code, ...delay } });
  if (reason !== undefined) reasons.set(error, reason);
  return error;
}

/** Returns `extensions.code` of a GraphQL error; `INTERNAL_SERVER_ERROR` for any other value. */
export function errorCode(error: unknown): string {
  const code = error instanceof GraphQLError ? error.extensions.code : undefined;
  return typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR';
}

/** Returns the reason of an error that `gatewayError` created, even if GraphQL has wrapped it; `undefined` where there is none. */
export function errorReason(error: unknown): string | undefined {
  if (!(error instanceof GraphQLError)) return undefined;
  return reasons.get(error) ?? errorReason(error.originalError);
}

/**
 * A mistake in the configuration of the server around the gateway. The message says what to change. The caller sees it, so it must not
 * contain any value of a request.
 */
export class HostConfigurationError extends Error {
  override name = 'HostConfigurationError';
}
