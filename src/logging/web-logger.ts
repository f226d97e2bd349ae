import { isRecord } from '../json/is-record.ts';
import type { GatewayLogger, LogMethod } from './logger.ts';
import { redacted, redactSecrets, secretFields } from './redact-secrets.ts';

/** The log levels, with their numbers in pino. */
const levels = { debug: 20, info: 30, warn: 40, error: 50, silent: Number.POSITIVE_INFINITY } as const;

type Level = keyof GatewayLogger;

/** The options of `createLogger`. */
export interface LoggerOptions {
  /** The lowest level that is written: `debug`, `info`, `warn`, `error` or `silent`. @default 'info' */
  level?: keyof typeof levels;
  /** The stream that lines are written to, each with its newline. @default the console, by the method of the level */
  destination?: { write(line: string): void };
}

/**
 * Creates the gateway's own logger for runtimes without pino. It writes the same lines of JSON and redacts the same fields, tokens and
 * keys.
 *
 * @param options - level and destination; see `LoggerOptions`
 */
export function createLogger({ level = 'info', destination }: LoggerOptions = {}): GatewayLogger {
  const write = (severity: Level, line: string) =>
    destination ? destination.write(`${line}\n`) : console[severity](line);
  const methodOf = (severity: Level): LogMethod => {
    if (levels[severity] < levels[level]) return () => {};
    return (first: object | string, message?: string) =>
      write(severity, redactSecrets(formatLine(levels[severity], first, message)));
  };
  return {
    debug: methodOf('debug'),
    info: methodOf('info'),
    warn: methodOf('warn'),
    error: methodOf('error'),
  };
}

function formatLine(level: number, first: object | string, message: string | undefined): string {
  const event = { level, time: Date.now() };
  if (typeof first === 'string') return JSON.stringify({ ...event, msg: first });
  const [fields, msg] =
    first instanceof Error ? [{ err: first }, message ?? first.message] : [first, message];
  try {
    return JSON.stringify({ ...event, ...redactFields(fields), msg }, serializeErrors);
  } catch {
    // Circular fields, or a BigInt.
    return JSON.stringify({ ...event, msg });
  }
}

function serializeErrors(_name: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack } = value;
  return { type: name, message, stack };
}

/** Returns a copy in which the secret fields are redacted, at the top level and one level below. */
function redactFields(fields: object): object {
  return redactNames(fields, (value) =>
    isRecord(value) && !(value instanceof Error) ? redactNames(value, (deep) => deep) : value,
  );
}

function redactNames(fields: object, mapOther: (value: unknown) => unknown): object {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      secretFields.includes(name) ? redacted : mapOther(value),
    ]),
  );
}
