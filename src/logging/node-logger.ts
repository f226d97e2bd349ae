import { type DestinationStream, type Logger, pino } from 'pino';
import { redacted, redactSecrets, secretFields } from './redact-secrets.ts';

/** The options of `createLogger`. */
export interface LoggerOptions {
  /** The lowest level that is written: `debug`, `info`, `warn`, `error` or `silent`. @default 'info' */
  level?: string;
  /** The stream that lines are written to. @default standard output */
  destination?: DestinationStream;
}

/**
 * Creates the gateway's own logger: pino, with one line of JSON per event. Fields that may hold a credential are redacted by name; tokens
 * and keys are redacted in every line.
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
