import { afterEach, expect, test, vi } from 'vitest';
import { monotonicNow } from '../../src/time/monotonic-now.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('the monotonic clock advances in milliseconds, and ignores a change of the wall clock', () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
  const start = monotonicNow();
  vi.advanceTimersByTime(1_500);
  expect(monotonicNow() - start).toBe(1_500);
  vi.setSystemTime(0);
  expect(monotonicNow() - start).toBe(1_500);
});
