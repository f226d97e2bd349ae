import { ReplyError } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Budget } from '../mint/control/budget.ts';
import type { RedisLink } from './redis-link.ts';

export interface RedisBudgetOptions {
  link: RedisLink;
  /** Begins every key of this Clerk instance. */
  prefix: string;
  /** What is counted. */
  name: string;
  /** How many within a window. */
  points: number;
  /** Seconds. */
  window: number;
  /** Hides whose budget it is. */
  nameOf: (party: string) => string;
}

/** A budget that all processes share. Fails while Redis is away. */
export function redisBudget(options: RedisBudgetOptions): Budget {
  const { link, prefix, name, points, window: duration, nameOf } = options;
  const limiter = new RateLimiterRedis({
    storeClient: link.client,
    rejectIfRedisNotReady: true,
    keyPrefix: `${prefix}${name}`,
    points,
    duration,
  });
  const consume = (key: string): Promise<RateLimiterRes> =>
    // A refusal of the limiter's is an answer of Redis's, and must not count as its failure.
    limiter.consume(key).catch((answer: unknown) => {
      if (answer instanceof RateLimiterRes) return answer;
      throw answer;
    });
  // It would stand in the way for ever.
  const clear = (key: string) => link.call((redis) => redis.unlink(limiter.getKey(key))).catch(() => {});

  return {
    async take(party = '') {
      const key = party === '' ? 'all' : nameOf(party);
      let state: RateLimiterRes;
      try {
        state = await link.call(() => consume(key));
      } catch (error) {
        if (isNoNumber(error)) await clear(key);
        throw error;
      }
      const { consumedPoints, msBeforeNext: refillMs } = state;
      if (consumedPoints < 1 || refillMs < 0 || refillMs > duration * 1000) {
        await clear(key);
        throw new Error('something else than a budget was there');
      }
      return consumedPoints > points ? { kind: 'empty', refillMs } : { kind: 'taken' };
    },
  };
}

function isNoNumber(error: unknown): boolean {
  return error instanceof ReplyError && /^WRONGTYPE|not an integer|overflow/.test((error as Error).message);
}
