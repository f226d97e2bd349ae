import { redactSecrets } from './redact-secrets.ts';

/** The fields that are logged of an unexpected error. */
interface ErrorDescription {
  /** The name of the error, such as `TypeError`. */
  error: string;
  /** The place where it was thrown: at most 8 frames of the stack. */
  at: readonly string[];
}

/**
 * Describes an unexpected error by its name and its place, for the log. The message is left out because it may quote a client or a token.
 *
 * @param error - any thrown value. The innermost cause is described
 */
export function describeError(error: unknown): ErrorDescription {
  const root = rootCause(error);
  if (!(root instanceof Error)) return { error: typeof root, at: [] };
  const { name, message, stack } = root as { name: unknown; message: unknown; stack?: unknown };
  return {
    error: redactSecrets(String(name)).slice(0, 64),
    at: stackFrames(String(stack ?? ''), String(message)),
  };
}

// The stack repeats the message, which may contain lines that look like frames.
function stackFrames(stack: string, message: string): string[] {
  return stack
    .slice(stack.indexOf(message) + message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((frame) => frame.trim());
}

/** The longest chain of causes that is followed. A chain may be circular. */
const maxCauses = 10;

function rootCause(error: unknown, causes = 0): unknown {
  const { originalError, cause } = (error ?? {}) as { originalError?: unknown; cause?: unknown };
  const inner = originalError ?? cause;
  if (inner === undefined || inner === null || causes === maxCauses) return error;
  return rootCause(inner, causes + 1);
}
