import { withDeadline } from '../../deadline.ts';
import { elapsed } from '../../elapsed.ts';

/** What came of taking one from a budget: taken, or empty until it is filled again. */
export type Take = { readonly kind: 'taken' } | { readonly kind: 'empty'; readonly refillMs: number };

/** So many within a window. */
export interface Budget {
  /** @param party - whose budget, where each has its own */
  take(party?: string): Promise<Take>;
}

/** The window over which Clerk counts requests, in seconds. */
export const budgetWindow = 10;

/** Most parties whose windows are counted at once; the window that would end first goes first. */
const mostParties = 100_000;

/**
 * A budget of this process, in fixed windows; a party's window begins with the first that it takes. No timer clears it: in some
 * runtimes a timer ends with the request that has started it.
 *
 * @param points - how many
 * @param window - seconds
 */
export function memoryBudget(points: number, window: number): Budget {
  // All last as long: they end in the order in which they are kept.
  const windows = new Map<string, { taken: number; endsAt: number }>();

  function clearEnded(now: number): void {
    for (const [party, { endsAt }] of windows) {
      if (endsAt > now && windows.size < mostParties) return;
      windows.delete(party);
    }
  }

  return {
    async take(party = '') {
      const now = elapsed();
      const current = windows.get(party);
      if (current === undefined || current.endsAt <= now) {
        clearEnded(now);
        windows.delete(party);
        windows.set(party, { taken: 1, endsAt: now + window * 1000 });
        return { kind: 'taken' };
      }
      if (current.taken >= points) return { kind: 'empty', refillMs: Math.ceil(current.endsAt - now) };
      current.taken += 1;
      return { kind: 'taken' };
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
