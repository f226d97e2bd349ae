import { redactSecrets } from './redact-secrets.ts';

/** Writes one line: an event's fields and its message, or a message alone. */
export interface LogMethod {
  (fields: object, message?: string): void;
  (message: string): void;
}

/** The part of a pino logger that the gateway uses; any logger of this shape will do. */
export interface GatewayLogger {
  debug: LogMethod;
  info: LogMethod;
  warn: LogMethod;
  error: LogMethod;
}

/** Names under which a credential could be logged by accident, at the top or one level below. */
export const secretFields: readonly string[] = [
  'authorization',
  'cookie',
  'jwt',
  'token',
  'secretKey',
  'claims',
];

/** What stands in a log in place of a secret field. */
export const redacted = '[redacted]';

/** What is logged of an error that nobody expected. */
export interface ErrorDescription {
  /** Its name, such as `TypeError`. */
  error: string;
  /** Where it was thrown: the frames of the stack. */
  at: readonly string[];
}

/**
 * Describes an unexpected error by its name and its place. Its message is left out, for it may quote what a client sent
 * or what a token holds.
 */
export function describeError(error: unknown): ErrorDescription {
  const root = rootOf(error);
  if (!(root instanceof Error)) return { error: typeof root, at: [] };
  const { name, message, stack } = root as { name: unknown; message: unknown; stack?: unknown };
  return {
    error: redactSecrets(String(name)).slice(0, 64),
    at: framesOf(String(stack ?? ''), String(message)),
  };
}

function framesOf(stack: string, message: string): string[] {
  return stack
    .slice(stack.indexOf(message) + message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((frame) => frame.trim());
}

/** Deepest chain of causes that is followed: one may lead back to itself. */
const deepestCause = 10;

// GraphQL wraps what a resolver throws, and a cause may be given; the place is where it began.
function rootOf(error: unknown, depth = 0): unknown {
  const { originalError, cause } = (error ?? {}) as { originalError?: unknown; cause?: unknown };
  const inner = originalError ?? cause;
  if (inner === undefined || inner === null || depth === deepestCause) return error;
  return rootOf(inner, depth + 1);
}
