import { unref } from '../../time/unref.ts';
import { createFairQueue } from './fair-queue.ts';
import {
  type LimitName,
  type LimitResult,
  type LimitSubject,
  noneQueued,
  type Queued,
  type RateLimit,
} from './rate-limit.ts';

/** Whether a call may go to Clerk; if not, which limit is spent, and in how many milliseconds that may change. */
export type Admission =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'refused'; readonly limit: LimitName; readonly retryInMs: number };

/**
 * Lets calls through as the limits allow.
 *
 * @param subject - whose call it is: users take turns
 * @param maxWaitMs - how long it may wait for the budget, in milliseconds; 0 for not at all. A call that would wait longer is refused
 *   at once, and so is one whose session or user has spent a limit
 */
export type Admit = (subject: LimitSubject, maxWaitMs: number) => Promise<Admission>;

export interface AdmissionOptions {
  limits: RateLimit;
  /** Monotonic clock, in milliseconds. */
  monotonicNow: () => number;
}

interface Waiter {
  subject: LimitSubject;
  /** When its wait ends, by the clock of `monotonicNow`. */
  until: number;
  answer: (admission: Admission) => void;
}

/** How long after its time a timer counts as lost, in milliseconds. */
const overdueAfterMs = 1_000;

const admitted: Admission = { kind: 'admitted' };

/** Rate limits with a queue before them, in which users take turns. */
export function createAdmission({ limits, monotonicNow }: AdmissionOptions): Admit {
  const queue = createFairQueue<Waiter>();
  let isDraining = false;
  /** When the queue is looked at again, by a timer; undefined while there is none. */
  let drainAt: number | undefined;

  async function drain(): Promise<void> {
    if (isDraining) return;
    isDraining = true;
    drainAt = undefined;
    refuseWhere(({ until }) => monotonicNow() > until, 0);
    const retryInMs = await admitAll();
    isDraining = false;
    refuseWhere(({ until }) => monotonicNow() + retryInMs > until, retryInMs);
    if (queue.size > 0) drainIn(retryInMs);
  }

  /** Admits those whose turn it is. @returns the milliseconds until there is room again */
  async function admitAll(): Promise<number> {
    for (let waiter = queue.peek(); waiter; waiter = queue.peek()) {
      const result = await limits.take(waiter.subject);
      if (isBudgetSpent(result)) return result.retryInMs;
      queue.next();
      waiter.answer(result.kind === 'taken' ? admitted : refused(result));
    }
    return 0;
  }

  function refuseWhere(matches: (waiter: Waiter) => boolean, retryInMs: number): void {
    for (const { answer } of queue.removeWhere(matches)) {
      answer({ kind: 'refused', limit: 'budget', retryInMs });
    }
  }

  function drainIn(milliseconds: number): void {
    if (drainAt !== undefined || isDraining) return;
    // One millisecond more: a slot ends after its last millisecond.
    const wait = milliseconds + 1;
    drainAt = monotonicNow() + wait;
    unref(setTimeout(() => void drain(), wait));
  }

  /** Users take turns, and calls that wait count against the limits of their user and session. */
  function queuedBefore({ userId, sessionId }: LimitSubject): Queued {
    if (queue.size === 0) return noneQueued;
    const own = queue.itemsOf(userId);
    const ofSession = own.filter((waiter) => waiter.subject.sessionId === sessionId);
    return { sessionId: ofSession.length, userId: own.length, all: queue.aheadOf(userId) };
  }

  return async (subject, maxWaitMs) => {
    // A timer may be lost: in some runtimes it ends with the request that has started it.
    if (drainAt !== undefined && monotonicNow() > drainAt + overdueAfterMs) await drain();
    const result = await limits.take(subject, queuedBefore(subject));
    if (result.kind === 'taken') return admitted;
    if (!isBudgetSpent(result) || maxWaitMs <= 0 || result.retryInMs > maxWaitMs) return refused(result);
    return new Promise((answer) => {
      queue.add(subject.userId, { subject, until: monotonicNow() + maxWaitMs, answer });
      drainIn(result.retryInMs);
    });
  };
}

type Spent = LimitResult & { kind: 'spent' };

function isBudgetSpent(result: LimitResult): result is Spent {
  return result.kind === 'spent' && result.limit === 'budget';
}

function refused({ limit, retryInMs }: Spent): Admission {
  return { kind: 'refused', limit, retryInMs };
}
