import { budgetWindowMs } from './limit-rules.ts';
import type { OnTotal } from './rate-limit.ts';

/** The last known mint budget. */
interface BudgetReading {
  /** Takes a count of the budget. */
  onTotal: OnTotal;
  /** Returns the last count, or 0 once it is older than the window of the budget; and the limit that it was compared with. */
  read(): { readonly used: number; readonly limit: number };
}

/**
 * Creates the reading of a budget that nothing has spent.
 *
 * @param limit - returns the mints per 10 s, until the first count
 * @param monotonicNow - monotonic clock, in milliseconds
 */
export function createBudgetReading(limit: () => number, monotonicNow: () => number): BudgetReading {
  let known: { readonly used: number; readonly limit: number } | undefined;
  let knownAt = Number.NEGATIVE_INFINITY;
  return {
    onTotal(used, max) {
      known = { used, limit: max };
      knownAt = monotonicNow();
    },
    read() {
      if (known && monotonicNow() - knownAt < budgetWindowMs) return known;
      return { used: 0, limit: known?.limit ?? limit() };
    },
  };
}
