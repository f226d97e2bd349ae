/** Writes one line: fields and an optional message, or a message alone. */
export interface LogMethod {
  (fields: object, message?: string): void;
  (message: string): void;
}

/** The part of a pino logger that the gateway uses. Any logger of this shape is accepted. */
export interface GatewayLogger {
  debug: LogMethod;
  info: LogMethod;
  warn: LogMethod;
  error: LogMethod;
}
