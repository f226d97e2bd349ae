import { type GatewayLogger, type LogMethod, redacted, secretFields } from './logger.ts';
import { redactSecrets } from './redact-secrets.ts';

/** The levels of a log, with the numbers that pino has for them. */
const levels = { debug: 20, info: 30, warn: 40, error: 50, silent: Number.POSITIVE_INFINITY } as const;

type Level = keyof GatewayLogger;

/** What `createLogger` can be told. */
export interface LoggerOptions {
  /** Least severe level that is written: `debug`, `info`, `warn`, `error` or `silent`. @default 'info' */
  level?: keyof typeof levels;
  /** Where lines go, each with its newline. @default the console, by the method of the level */
  destination?: { write(line: string): void };
}

/**
 * The gateway's own logger where there is no pino: the same lines of JSON, with the same fields redacted, and scrubbed of what
 * looks like a token or a key.
 *
 * @param options - level and destination; see `LoggerOptions`
 */
export function createLogger({ level = 'info', destination }: LoggerOptions = {}): GatewayLogger {
  const write = (severity: Level, line: string) =>
    destination ? destination.write(`${line}\n`) : console[severity](line);
  const methodOf = (severity: Level): LogMethod => {
    if (levels[severity] < levels[level]) return () => {};
    return (first: object | string, message?: string) =>
      write(severity, redactSecrets(lineOf(levels[severity], first, message)));
  };
  return {
    debug: methodOf('debug'),
    info: methodOf('info'),
    warn: methodOf('warn'),
    error: methodOf('error'),
  };
}

function lineOf(level: number, first: object | string, message: string | undefined): string {
  const event = { level, time: Date.now() };
  if (typeof first === 'string') return JSON.stringify({ ...event, msg: first });
  const [fields, msg] =
    first instanceof Error ? [{ err: first }, message ?? first.message] : [first, message];
  try {
    return JSON.stringify({ ...event, ...withoutSecrets(fields), msg }, withErrors);
  } catch {
    // A circle, or a number that JSON has not.
    return JSON.stringify({ ...event, msg });
  }
}

function withErrors(_name: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack } = value;
  return { type: name, message, stack };
}

/** A copy in which the secret fields are censored, at the top and one level below. */
function withoutSecrets(fields: object): object {
  return censored(fields, (value) => (isPlain(value) ? censored(value, (deep) => deep) : value));
}

function censored(fields: object, other: (value: unknown) => unknown): object {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      secretFields.includes(name) ? redacted : other(value),
    ]),
  );
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Error);
}
