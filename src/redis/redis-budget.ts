import { ReplyError } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { type Budget, takeFrom } from '../mint/control/budget.ts';
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
  return {
    async take(party = '') {
      const key = party === '' ? 'all' : nameOf(party);
      try {
        // A refusal of the limiter's is an answer of Redis's, and must not count as its failure.
        return await link.call(() => takeFrom(() => limiter.consume(key)));
      } catch (error) {
        // Something else than a number is there: it would stand in the way for ever.
        if (error instanceof ReplyError) {
          await link.call((redis) => redis.unlink(limiter.getKey(key))).catch(() => {});
        }
        throw error;
      }
    },
  };
}
