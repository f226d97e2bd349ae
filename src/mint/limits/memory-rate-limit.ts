import { monotonicNow } from '../../time/monotonic-now.ts';
import {
  counterOf,
  type LimitRule,
  type LimitSubject,
  noneQueued,
  type OnTotal,
  type RateLimit,
} from './rate-limit.ts';
import {
  countOf,
  countOne,
  createSlidingWindow,
  isIdle,
  type SlidingWindow,
  timeUntilRoom,
} from './sliding-window.ts';

/** Maximum number of counters of one limit. When there are more, the one that was idle for the longest time is dropped. */
const maxCounters = 100_000;

interface CountedRule {
  rule: LimitRule;
  /** By the name of the counter; the one that counted last comes last. */
  windows: Map<string, SlidingWindow>;
}

/**
 * Creates a rate limit that counts in the memory of this process. No timer clears it: some runtimes end the timers of a request
 * together with it.
 *
 * @param rules - returns the present rules, checked in this order. Counts stay when a rule's `max` changes; rules of one name have one window
 * @param onTotal - @default nothing
 */
export function createMemoryRateLimit(rules: () => readonly LimitRule[], onTotal?: OnTotal): RateLimit {
  const windowsByRule = new Map<string, CountedRule['windows']>();
  const countedRule = (rule: LimitRule): CountedRule => {
    const windows = windowsByRule.get(rule.name) ?? new Map();
    windowsByRule.set(rule.name, windows);
    return { rule, windows };
  };

  return {
    async take(subject, queued = noneQueued) {
      const now = monotonicNow();
      const counted = rules().map(countedRule);
      for (const { rule, windows } of counted) {
        const window = windows.get(counterOf(rule, subject)) ?? createSlidingWindow(rule);
        const wait = timeUntilRoom(window, { wanted: 1 + queued[rule.per], max: rule.max }, now);
        if (wait <= 0) continue;
        if (rule.per === 'all') onTotal?.(countOf(window), rule.max);
        return { kind: 'spent', limit: rule.name, retryInMs: Math.ceil(wait) };
      }
      for (const each of counted) {
        const window = count(each, subject, now);
        if (each.rule.per === 'all') onTotal?.(countOf(window), each.rule.max);
      }
      return { kind: 'taken' };
    },
  };
}

/** Counts one mint. @returns the window that it is counted in */
function count({ rule, windows }: CountedRule, subject: LimitSubject, now: number): SlidingWindow {
  const name = counterOf(rule, subject);
  const window = windows.get(name) ?? createSlidingWindow(rule);
  countOne(window, now);
  windows.delete(name);
  windows.set(name, window);
  for (const [oldest, other] of windows) {
    if (windows.size <= maxCounters && !isIdle(other, now)) break;
    windows.delete(oldest);
  }
  return window;
}
