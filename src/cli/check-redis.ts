import { Redis } from 'ioredis';
import { type Finding, patience } from './check-report.ts';

/** Tries Redis as the gateway uses it: a connection, and a value that can be written. */
export async function checkRedis(url: string): Promise<Finding> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: patience,
    commandTimeout: patience,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let first: unknown;
  redis.on('error', (error: unknown) => {
    // A wrong password, for example: what fails later only follows from it.
    first ??= error;
  });
  try {
    await redis.connect();
    const began = performance.now();
    await redis.set('mintgate:check', '1', 'PX', 1_000);
    return { verdict: 'ok', text: `Redis: takes values, in ${Math.ceil(performance.now() - began)} ms` };
  } catch (error) {
    return { verdict: 'fail', text: `REDIS_URL: ${reason(first ?? error)}` };
  } finally {
    redis.disconnect();
  }
}

// Redis's refusals begin with a word such as WRONGPASS; what follows is left out, for it may quote a command.
function reason(error: unknown): string {
  const { code, message = '' } = error as { code?: unknown; message?: string };
  if (typeof code === 'string')
    return `Redis cannot be reached (${code}); the gateway would go on without it`;
  const word = /^[A-Z]{2,}(?= )/.exec(message)?.[0];
  return word
    ? `Redis refuses (${word}): check user, password, and its memory`
    : 'Redis cannot be reached, or does not answer; the gateway would go on without it';
}
