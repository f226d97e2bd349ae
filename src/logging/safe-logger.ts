import type { GatewayLogger } from './logger.ts';

type Level = keyof GatewayLogger;

/**
 * Makes a host's logger safe to call: where it throws, or is asynchronous and rejects, the line is lost and nothing else.
 * A log that cannot be written must not cost a caller its answer.
 */
export function safeLogger(logger: GatewayLogger): GatewayLogger {
  const steady = (level: Level) =>
    ((...args: unknown[]) => {
      try {
        const outcome: unknown = (logger[level] as (...args: unknown[]) => unknown)(...args);
        Promise.resolve(outcome).catch(() => {});
      } catch {
        // There is nowhere left to say it.
      }
    }) as GatewayLogger[Level];
  return { debug: steady('debug'), info: steady('info'), warn: steady('warn'), error: steady('error') };
}
