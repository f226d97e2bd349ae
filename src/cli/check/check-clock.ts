import type { Finding } from './check-report.ts';
import type { ReachedClerk } from './reach-clerk.ts';

/** Clock differences above this many seconds break session tokens, whose skew is 5 s. */
const maxClockDifference = 4;

/** Compares Clerk's clock, by the header `Date`, with this machine's. */
export function checkClock({ date, here }: Pick<ReachedClerk, 'date' | 'here'>): Finding {
  const there = Date.parse(date ?? '');
  if (Number.isNaN(there)) return { verdict: 'warn', text: 'clock: Clerk sent no Date to compare with' };
  // The header has whole seconds: its moment lies half a second later on average.
  const difference = Math.round((there + 500 - here) / 1000);
  if (Math.abs(difference) <= 1)
    return { verdict: 'ok', text: "clock: this machine's agrees with Clerk's, as far as whole seconds tell" };
  const verdict = Math.abs(difference) > maxClockDifference ? 'fail' : 'ok';
  const side = difference > 0 ? 'behind' : 'ahead of';
  return { verdict, text: `clock: this machine's is ${Math.abs(difference)} s ${side} Clerk's` };
}
