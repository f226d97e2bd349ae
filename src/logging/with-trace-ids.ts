import type { TraceIds } from '../telemetry/tracing.ts';
import type { GatewayLogger, LogMethod } from './logger.ts';

/** Returns a logger whose lines carry the ids of the active span, if there is one. @param activeIds - returns these ids */
export function withTraceIds(log: GatewayLogger, activeIds: () => TraceIds | undefined): GatewayLogger {
  const methodOf = (level: keyof GatewayLogger): LogMethod =>
    ((...line: [object | string, string?]) => {
      const ids = activeIds();
      const [first, message] = line;
      const write = log[level] as (...line: unknown[]) => void;
      if (ids === undefined || first instanceof Error) write(...line);
      else if (typeof first === 'string') write(ids, first);
      else write({ ...ids, ...first }, message);
    }) as LogMethod;
  return {
    debug: methodOf('debug'),
    info: methodOf('info'),
    warn: methodOf('warn'),
    error: methodOf('error'),
  };
}
