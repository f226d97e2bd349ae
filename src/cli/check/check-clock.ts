import type { Finding } from './finding.ts';
import type { ReachedClerk } from './reach-clerk.ts';

/** The largest accepted difference, in seconds. Session tokens tolerate a clock skew of 5 s. */
const maxDifference = 4;

/**
 * Compares the clock of this machine with Clerk's.
 *
 * @param clerk - the `Date` header of Clerk's answer, and the time on this machine, in milliseconds since the epoch
 */
export function checkClock({ date, localTime }: Pick<ReachedClerk, 'date' | 'localTime'>): Finding {
  const clerkTime = Date.parse(date ?? '');
  if (Number.isNaN(clerkTime))
    return { verdict: 'warn', text: "clock: not compared: Clerk's answer has no valid Date header" };
  // The header has whole seconds: on average, the actual time is half a second later.
  const difference = Math.round((clerkTime + 500 - localTime) / 1000);
  const seconds = Math.abs(difference);
  if (seconds <= 1) return { verdict: 'ok', text: "clock: agrees with Clerk's, to about a second" };
  const text = `clock: is ${seconds} s ${difference > 0 ? 'behind' : 'ahead of'} Clerk's`;
  if (seconds <= maxDifference) return { verdict: 'ok', text };
  const advice = 'synchronize the clock of this machine, because session tokens tolerate 5 s';
  return { verdict: 'fail', text: `${text}: ${advice}` };
}
