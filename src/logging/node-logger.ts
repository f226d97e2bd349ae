import { type DestinationStream, type Logger, pino } from 'pino';
import { redacted, secretFields } from './logger.ts';
import { redactSecrets } from './redact-secrets.ts';

/** What `createLogger` can be told. */
export interface LoggerOptions {
  /** Least severe level that is written: `debug`, `info`, `warn`, `error` or `silent`. @default 'info' */
  level?: string;
  /** Where lines go. @default standard output */
  destination?: DestinationStream;
}

/**
 * The gateway's own logger: pino, JSON, one line per event. Fields that could hold a credential are redacted by
 * name, and every finished line is scrubbed of what looks like a token or a key.
 *
 * @param options - level and destination; see `LoggerOptions`
 */
export function createLogger({ level = 'info', destination = process.stdout }: LoggerOptions = {}): Logger {
  return pino(
    {
      level,
      base: null,
      redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`]), censor: redacted },
    },
    { write: (line: string) => destination.write(redactSecrets(line)) },
  );
}
