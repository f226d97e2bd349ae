import { setImmediate } from 'node:timers/promises';
import { withTimeout } from '../time/with-timeout.ts';

/** Longest wait for the reply to a command, in milliseconds, unless told otherwise. */
const defaultTimeoutMs = 50;

/** Thrown for a command whose reply takes too long. */
export class RedisTimeoutError extends Error {
  override name = 'RedisTimeoutError';
}

/**
 * Limits the wait for the reply to a command. A reply that arrived while this process was busy counts as in time.
 *
 * @param timeoutMs - in milliseconds. @default 50
 * @throws RedisTimeoutError after that time, or the error of the reply
 */
export async function withCommandTimeout<T>(reply: Promise<T>, timeoutMs = defaultTimeoutMs): Promise<T> {
  let timeout: RedisTimeoutError | undefined;
  const makeTimeout = () => {
    timeout = new RedisTimeoutError(`Redis did not reply within ${timeoutMs} ms`);
    return timeout;
  };
  try {
    return await withTimeout(reply, timeoutMs, makeTimeout);
  } catch (error) {
    if (error !== timeout) throw error;
    // Node.js reads what has arrived before it runs immediates.
    await setImmediate();
    return Promise.race([reply, Promise.reject(error)]);
  }
}
