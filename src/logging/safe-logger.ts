import { isPromise } from '../time/maybe-promise.ts';
import type { GatewayLogger } from './logger.ts';

type Level = keyof GatewayLogger;

/**
 * Wraps a host's logger so that it cannot fail a request: where a method throws, or returns a promise that rejects, only the line is lost.
 */
export function safeLogger(logger: GatewayLogger): GatewayLogger {
  return {
    debug: safeMethod(logger, 'debug'),
    info: safeMethod(logger, 'info'),
    warn: safeMethod(logger, 'warn'),
    error: safeMethod(logger, 'error'),
  };
}

function safeMethod(logger: GatewayLogger, level: Level): GatewayLogger[Level] {
  return ((...args: unknown[]) => {
    try {
      const outcome = (logger[level] as (...args: unknown[]) => unknown)(...args);
      if (isPromise(outcome)) Promise.resolve(outcome).catch(() => {});
    } catch {
      // The log is the only place where this could be reported.
    }
  }) as GatewayLogger[Level];
}
