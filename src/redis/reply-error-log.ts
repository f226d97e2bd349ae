import type { ConnectionState } from './connection-state.ts';
import { adviceFor, describeRedisError, isTransient } from './reply-error.ts';

/** Shortest time between two log lines about the same reply error, in milliseconds. */
const logIntervalMs = 60_000;

/**
 * Logs a reply error with advice, at most once a minute for each code. An error that may pass without an operator, as during a failover,
 * is logged only when Redis has been unavailable for a minute.
 */
export function logReplyError(
  state: Pick<ConnectionState, 'log' | 'now' | 'unavailableSince' | 'replyErrorsLoggedAt'>,
  error: unknown,
): void {
  const { log, now, unavailableSince, replyErrorsLoggedAt } = state;
  const why = describeRedisError(error);
  // Absolute differences: the wall clock may be set back.
  if (isTransient(why) && Math.abs(now() - unavailableSince) < logIntervalMs) return;
  if (Math.abs(now() - (replyErrorsLoggedAt.get(why) ?? Number.NEGATIVE_INFINITY)) < logIntervalMs) return;
  replyErrorsLoggedAt.set(why, now());
  log.error({ why }, `Redis refuses a command: ${adviceFor(why) ?? 'check REDIS_URL, and the log of Redis'}`);
}
