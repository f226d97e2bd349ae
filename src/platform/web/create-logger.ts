import { type GatewayLogger, type LogMethod, redacted, secretFields } from '../../log.ts';
import { scrub } from '../../scrub.ts';

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
    return (first: object | string, message?: string) => {
      const [fields, msg] = typeof first === 'string' ? [{}, first] : [withoutSecrets(first), message];
      write(severity, scrub(JSON.stringify({ level: levels[severity], time: Date.now(), ...fields, msg })));
    };
  };
  return {
    debug: methodOf('debug'),
    info: methodOf('info'),
    warn: methodOf('warn'),
    error: methodOf('error'),
  };
}

/** A copy in which the secret fields are censored, at the top and one level below. */
function withoutSecrets(fields: object): object {
  return censored(fields, (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? censored(value, (deep) => deep)
      : value,
  );
}

function censored(fields: object, other: (value: unknown) => unknown): object {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      secretFields.includes(name) ? redacted : other(value),
    ]),
  );
}
