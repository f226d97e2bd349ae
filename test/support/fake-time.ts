import { afterEach, beforeEach, vi } from 'vitest';

/** Fakes the clock and timers for every test of a file. The time begins at a whole second. */
export function useFakeTime() {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.setSystemTime(new Date('2026-03-01T12:00:00Z'));
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  return {
    /** Advances the time. @param seconds - may be a fraction */
    pass: (seconds: number) => vi.advanceTimersByTimeAsync(Math.round(seconds * 1000)),
    /** Advances the time, then awaits a promise that began before, and returns its result. */
    async during<T>(seconds: number, promise: Promise<T>): Promise<T> {
      promise.catch(() => {});
      await vi.advanceTimersByTimeAsync(Math.round(seconds * 1000));
      return promise;
    },
  };
}
