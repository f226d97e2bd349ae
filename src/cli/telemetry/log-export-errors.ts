import type { GatewayLogger } from '../../logging/logger.ts';
import { createRateLimitedLog } from '../../logging/rate-limited-log.ts';

/**
 * Returns a handler for errors of OpenTelemetry's SDK, such as a collector that does not answer. It logs at most one line a minute, with the
 * code or the name of the error only: its message may quote what the collector has answered.
 */
export function logExportErrors(log: GatewayLogger): (error: unknown) => void {
  let why = '';
  const write = createRateLimitedLog((fields) =>
    log.warn({ why, ...fields }, 'metrics or traces could not be exported'),
  );
  return (error) => {
    why = describe(error);
    write();
  };
}

function describe(error: unknown): string {
  const { code, name, message = '' } = (error ?? {}) as { code?: unknown; name?: unknown; message?: unknown };
  if (code !== undefined) return String(code);
  // The reader of metrics wraps the error of its exporter, and keeps no more than its text.
  const [inner] = /\b(?:E[A-Z]{4,}|OTLPExporterError|TimeoutError|timed out)\b/.exec(String(message)) ?? [];
  return inner ?? String(name ?? 'unknown');
}
