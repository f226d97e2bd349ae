import { setImmediate } from 'node:timers/promises';
import { withTimeout } from '../time/with-timeout.ts';

/** Longest wait for the reply to a command, in milliseconds. */
const commandTimeoutMs = 50;

/** Thrown for a command whose reply takes longer than 50 ms. */
export class RedisTimeoutError extends Error {
  override name = 'RedisTimeoutError';
}

/**
 * Limits the wait for the reply to a command. A reply that arrived while this process was busy counts as in time.
 *
 * @throws RedisTimeoutError after 50 ms, or the error of the reply
 */
export async function withCommandTimeout<T>(reply: Promise<T>): Promise<T> {
  let timeout: RedisTimeoutError | undefined;
  const makeTimeout = () => {
    timeout = new RedisTimeoutError('Redis did not reply within 50 ms');
    return timeout;
  };
  try {
    return await withTimeout(reply, commandTimeoutMs, makeTimeout);
  } catch (error) {
    if (error !== timeout) throw error;
    // Node.js reads what has arrived before it runs immediates.
    await setImmediate();
    return Promise.race([reply, Promise.reject(error)]);
  }
}
