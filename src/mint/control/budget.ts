import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { withDeadline } from '../../deadline.ts';

/** What came of taking one from a budget: taken, or empty until it is filled again. */
export type Take = { readonly kind: 'taken' } | { readonly kind: 'empty'; readonly refillMs: number };

/** So many within a window. */
export interface Budget {
  /** @param party - whose budget, where each has its own */
  take(party?: string): Promise<Take>;
}

/** The window over which Clerk counts requests, in seconds. */
export const budgetWindow = 10;

/**
 * A budget of this process, in fixed windows.
 *
 * @param points - how many
 * @param window - seconds
 */
export function memoryBudget(points: number, window: number): Budget {
  const limiter = new RateLimiterMemory({ points, duration: window });
  return {
    async take(party = '') {
      try {
        await limiter.consume(party);
        return { kind: 'taken' };
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        return { kind: 'empty', refillMs: Math.max(0, refusal.msBeforeNext) };
      }
    },
  };
}

/** How long a shared budget may take to answer, in milliseconds, whatever it says itself. */
const takeDeadline = 100;

/** A shared budget that never fails and never takes long: while it cannot be asked, another one holds. */
export function steadyBudget(shared: Budget, otherwise: Budget): Budget {
  const ask = async (party: string | undefined) => {
    const take = await shared.take(party);
    const sound = take.kind === 'taken' || (take.kind === 'empty' && Number.isFinite(take.refillMs));
    if (!sound) throw new Error('the shared budget answers nonsense');
    return take;
  };
  return {
    async take(party) {
      try {
        return await withDeadline(ask(party), takeDeadline, () => new Error('the shared budget is too slow'));
      } catch {
        return otherwise.take(party);
      }
    },
  };
}
