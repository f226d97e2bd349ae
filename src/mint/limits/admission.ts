import type { Reporter } from '../../telemetry/reporter.ts';
import { sleep } from '../../time/sleep.ts';
import { createFairQueue, type FairQueue } from './fair-queue.ts';
import {
  type LimitName,
  type LimitResult,
  type LimitSubject,
  noneQueued,
  type Queued,
  type RateLimit,
} from './rate-limit.ts';

/** The admission of a call to Clerk: admitted, or refused by a limit that may have room again in `retryInMs`. */
type Admission =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'refused'; readonly limit: LimitName; readonly retryInMs: number };

/**
 * Admits a call when the rate limits allow it.
 *
 * @param subject - the user and session of the call
 * @param maxWaitMs - longest wait for the budget, in milliseconds; 0 for none. A call that would wait longer is refused at once, and so
 *   is a call whose session or user has spent a limit
 */
export type Admit = (subject: LimitSubject, maxWaitMs: number) => Promise<Admission>;

interface AdmissionOptions {
  limits: RateLimit;
  /** Monotonic clock, in milliseconds. */
  monotonicNow: () => number;
  reporter: Pick<Reporter, 'queueWait'>;
}

/** The admission of a gateway's calls. */
interface Admissions {
  admit: Admit;
  /** Returns the number of calls that wait for the budget. */
  queueLength(): number;
}

interface Waiter {
  subject: LimitSubject;
  /** When its wait must end, on the monotonic clock in milliseconds. */
  until: number;
  answer: (admission: Admission) => void;
}

/** A timer that is this late counts as lost, in milliseconds. */
const overdueAfterMs = 1_000;

interface State extends AdmissionOptions {
  readonly queue: FairQueue<Waiter>;
  isDraining: boolean;
  /** When the timer drains the queue, on the monotonic clock in milliseconds; undefined while there is no timer. */
  drainAt: number | undefined;
}

const admitted: Admission = { kind: 'admitted' };

/** Creates the admission of calls: rate limits, and a fair queue by user for calls that wait for the budget. */
export function createAdmission(options: AdmissionOptions): Admissions {
  const queue = createFairQueue<Waiter>();
  const state: State = { ...options, queue, isDraining: false, drainAt: undefined };

  return { admit: (subject, maxWaitMs) => admit(state, subject, maxWaitMs), queueLength: () => queue.size };
}

async function admit(state: State, subject: LimitSubject, maxWaitMs: number): Promise<Admission> {
  const { queue, limits, reporter, monotonicNow } = state;
  // Some runtimes end the timers of a request together with it.
  if (state.drainAt !== undefined && monotonicNow() > state.drainAt + overdueAfterMs) await drain(state);
  const result = await limits.take(subject, queuedBefore(queue, subject));
  if (result.kind === 'taken') return admitted;
  if (!isBudgetSpent(result) || maxWaitMs <= 0 || result.retryInMs > maxWaitMs) return refused(result);
  const startedAt = monotonicNow();
  const admission = await new Promise<Admission>((answer) => {
    queue.add(subject.userId, { subject, until: startedAt + maxWaitMs, answer });
    scheduleDrain(state, result.retryInMs);
  });
  reporter.queueWait(monotonicNow() - startedAt);
  return admission;
}

async function drain(state: State): Promise<void> {
  if (state.isDraining) return;
  const { queue, monotonicNow } = state;
  state.isDraining = true;
  state.drainAt = undefined;
  refuseWhere(queue, ({ until }) => monotonicNow() > until, 0);
  const retryInMs = await admitAll(state);
  state.isDraining = false;
  refuseWhere(queue, ({ until }) => monotonicNow() + retryInMs > until, retryInMs);
  if (queue.size > 0) scheduleDrain(state, retryInMs);
}

/** Answers queued calls in turn while the budget has room. @returns the milliseconds until it has room again */
async function admitAll({ queue, limits }: State): Promise<number> {
  for (let waiter = queue.peek(); waiter; waiter = queue.peek()) {
    const result = await limits.take(waiter.subject);
    if (isBudgetSpent(result)) return result.retryInMs;
    queue.next();
    waiter.answer(result.kind === 'taken' ? admitted : refused(result));
  }
  return 0;
}

function refuseWhere(
  queue: FairQueue<Waiter>,
  matches: (waiter: Waiter) => boolean,
  retryInMs: number,
): void {
  for (const { answer } of queue.removeWhere(matches)) {
    answer({ kind: 'refused', limit: 'budget', retryInMs });
  }
}

function scheduleDrain(state: State, milliseconds: number): void {
  if (state.drainAt !== undefined || state.isDraining) return;
  // One millisecond more, because a slot ends after its last millisecond.
  const wait = milliseconds + 1;
  state.drainAt = state.monotonicNow() + wait;
  void sleep(wait).then(() => drain(state));
}

/** Counts queued calls: they go first, and they count against the limits of their user and session. */
function queuedBefore(queue: FairQueue<Waiter>, { userId, sessionId }: LimitSubject): Queued {
  if (queue.size === 0) return noneQueued;
  const own = queue.itemsOf(userId);
  const ofSession = own.filter((waiter) => waiter.subject.sessionId === sessionId);
  return { sessionId: ofSession.length, userId: own.length, all: queue.countBefore(userId) };
}

type Spent = LimitResult & { kind: 'spent' };

function isBudgetSpent(result: LimitResult): result is Spent {
  return result.kind === 'spent' && result.limit === 'budget';
}

function refused({ limit, retryInMs }: Spent): Admission {
  return { kind: 'refused', limit, retryInMs };
}
