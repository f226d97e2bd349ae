import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sleep } from '../../src/time/sleep.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('sleep resolves after its time, and not before', async () => {
  const woke = vi.fn();
  const slept = sleep(1_000).then(woke);
  await vi.advanceTimersByTimeAsync(999);
  expect(woke).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(woke).toHaveBeenCalledOnce();
  await slept;
  expect(vi.getTimerCount()).toBe(0);
});
