import { GraphQLError } from 'graphql';
import { errorCode, HostConfigurationError } from '../../errors.ts';
import { BodyError } from '../body/read-body.ts';

/** A refused exchange. Its message is sent: printable ASCII without quotation marks and backslashes (RFC 6749, section 5.2). */
export class ExchangeError extends Error {
  override name = 'ExchangeError';
  readonly status: number;
  /** The `error` of the answer. */
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** Returns the error of a request that breaks a rule. @param status - the HTTP status. @default 400 */
export function invalidRequest(message: string, status = 400, headers = {}): ExchangeError {
  return new ExchangeError(status, 'invalid_request', message, headers);
}

// No code of the token endpoint means a limit or a fault of the server. These are of the authorization endpoint (section 4.1.2.1).
const unavailable = 'temporarily_unavailable';
const fault = 'server_error';

/** The answers to the refusals of the engine, by their codes. */
const answers: Readonly<Record<string, readonly [status: number, code: string, message: string]>> = {
  UNAUTHENTICATED: [400, 'invalid_request', 'The subject_token is refused: send the current session token.'],
  FORBIDDEN: [400, 'invalid_request', 'This session may not have a token for this audience.'],
  TEMPLATE_NOT_FOUND: [400, 'invalid_target', 'There is no token for this audience: check its name.'],
  RATE_LIMITED: [429, unavailable, 'Too many tokens are being minted: try again after Retry-After.'],
  UPSTREAM_UNAVAILABLE: [503, unavailable, 'Clerk did not answer properly: try again after Retry-After.'],
};

/** Returns what a client sees of any error. The log and the audit event have the reason. */
export function toExchangeError(error: unknown): ExchangeError {
  if (error instanceof ExchangeError) return error;
  if (error instanceof BodyError) return invalidRequest(error.message, error.status);
  if (error instanceof HostConfigurationError) return new ExchangeError(500, fault, error.message);
  const [status, code, message] = answers[errorCode(error)] ?? ([500, fault, 'Unexpected error.'] as const);
  // Some seconds where nothing better is known.
  const { retryAfter = 5 } = error instanceof GraphQLError ? error.extensions : {};
  const headers = code === unavailable ? { 'retry-after': String(retryAfter) } : undefined;
  return new ExchangeError(status, code, message, headers);
}
