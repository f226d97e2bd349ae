import { unref } from '../../unref.ts';
import type { Budget } from './budget.ts';
import { createFairLine } from './fair-line.ts';

/** Whether a call may go to Clerk; if not, in how many milliseconds that may change. */
export type Admission =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'refused'; readonly afterMs: number };

/**
 * Lets calls through as the budget allows.
 *
 * @param session - whose call it is: sessions take turns
 * @param patience - how long it may wait, in milliseconds; 0 for not at all. Who would wait longer is refused at once
 */
export type Admit = (session: string, patience: number) => Promise<Admission>;

export interface AdmissionOptions {
  budget: Budget;
  /** How many the budget lets through in one window. */
  points: number;
  /** The window, in milliseconds. */
  window: number;
  /** Milliseconds that no change of the clock touches. */
  elapsed: () => number;
}

interface Waiter {
  /** When its patience ends, by the clock of `elapsed`. */
  until: number;
  answer: (admission: Admission) => void;
}

/** How long after its time a timer counts as lost, in milliseconds. */
const overdueAfter = 1_000;

const admitted: Admission = { kind: 'admitted' };

/** A budget with a line before it, in which sessions take turns. */
export function createAdmission({ budget, points, window, elapsed }: AdmissionOptions): Admit {
  const line = createFairLine<Waiter>();
  let refillAt = 0;
  /** When the line is looked at again, by a timer; undefined while there is none. */
  let drainAt: number | undefined;

  function expectedWait(): number {
    return Math.max(0, refillAt - elapsed()) + Math.floor(line.size / points) * window;
  }

  async function drain(): Promise<void> {
    const now = elapsed();
    for (const waiter of line.sift(({ until }) => now <= until))
      waiter.answer({ kind: 'refused', afterMs: 0 });
    while (line.size > 0) {
      const take = await budget.take();
      if (take.kind === 'empty') {
        refillAt = elapsed() + take.refillMs;
        for (const waiter of line.sift(({ until }) => refillAt <= until)) {
          waiter.answer({ kind: 'refused', afterMs: take.refillMs });
        }
        break;
      }
      line.next()?.answer(admitted);
    }
    drainAt = undefined;
    if (line.size > 0) drainAtRefill();
  }

  function drainAtRefill(): void {
    if (drainAt !== undefined) return;
    // One millisecond more: a window ends after its last millisecond.
    const wait = Math.max(0, refillAt - elapsed()) + 1;
    drainAt = elapsed() + wait;
    unref(setTimeout(() => void drain(), wait));
  }

  return async (session, patience) => {
    // A timer may be lost: in some runtimes it ends with the request that has started it.
    if (drainAt !== undefined && elapsed() > drainAt + overdueAfter) await drain();
    if (line.size === 0) {
      const take = await budget.take();
      if (take.kind === 'taken') return admitted;
      refillAt = elapsed() + take.refillMs;
    }
    const wait = expectedWait();
    if (patience <= 0 || wait > patience) return { kind: 'refused', afterMs: wait };
    return new Promise((answer) => {
      line.add(session, { until: elapsed() + patience, answer });
      drainAtRefill();
    });
  };
}
