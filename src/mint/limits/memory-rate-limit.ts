import { monotonicNow } from '../../time/monotonic-now.ts';
import { counterOf, type LimitRule, type LimitSubject, noneQueued, type RateLimit } from './rate-limit.ts';
import {
  countOne,
  createSlidingWindow,
  isIdle,
  type SlidingWindow,
  timeUntilRoom,
} from './sliding-window.ts';

/** Most subjects that one limit counts at once; the one that has taken nothing for the longest time goes first. */
const maxSubjects = 100_000;

interface CountedRule {
  rule: LimitRule;
  /** By the name of the counter; the one that has taken last comes last. */
  windows: Map<string, SlidingWindow>;
}

/**
 * The limits of this process. No timer clears them: in some runtimes a timer ends with the request that has started it.
 *
 * @param rules - checked in this order
 */
export function memoryRateLimit(rules: readonly LimitRule[]): RateLimit {
  const counted: CountedRule[] = rules.map((rule) => ({ rule, windows: new Map() }));

  return {
    async take(subject, queued = noneQueued) {
      const now = monotonicNow();
      for (const { rule, windows } of counted) {
        const window = windows.get(counterOf(rule, subject)) ?? createSlidingWindow(rule);
        const wait = timeUntilRoom(window, { wanted: 1 + queued[rule.per], max: rule.max }, now);
        if (wait > 0) return { kind: 'spent', limit: rule.name, retryInMs: Math.ceil(wait) };
      }
      for (const each of counted) count(each, subject, now);
      return { kind: 'taken' };
    },
  };
}

function count({ rule, windows }: CountedRule, subject: LimitSubject, now: number): void {
  const name = counterOf(rule, subject);
  const window = windows.get(name) ?? createSlidingWindow(rule);
  countOne(window, now);
  windows.delete(name);
  windows.set(name, window);
  for (const [oldest, other] of windows) {
    if (windows.size <= maxSubjects && !isIdle(other, now)) return;
    windows.delete(oldest);
  }
}
