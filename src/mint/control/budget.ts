import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** What came of taking one from a budget: taken, or empty until it is filled again. */
export type Take = { readonly kind: 'taken' } | { readonly kind: 'empty'; readonly refillMs: number };

/** So many within a window. */
export interface Budget {
  /** @param party - whose budget, where each has its own */
  take(party?: string): Promise<Take>;
}

/** The window over which Clerk counts requests, in seconds. */
export const budgetWindow = 10;

/** What `consume` of a limiter says, in our words. */
export async function takeFrom(consume: () => Promise<unknown>): Promise<Take> {
  try {
    await consume();
    return { kind: 'taken' };
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    return { kind: 'empty', refillMs: Math.max(0, refusal.msBeforeNext) };
  }
}

/**
 * A budget of this process, in fixed windows.
 *
 * @param points - how many
 * @param window - seconds
 */
export function memoryBudget(points: number, window: number): Budget {
  const limiter = new RateLimiterMemory({ points, duration: window });
  return { take: (party = '') => takeFrom(() => limiter.consume(party)) };
}
