import { afterEach, beforeEach, vi } from 'vitest';

/** Fakes clock and timers for every test of a file; time begins at a whole second. */
export function useFakeTime() {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.setSystemTime(new Date('2026-03-01T12:00:00Z'));
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  return {
    /** Lets time pass. @param seconds - may be a fraction */
    pass: (seconds: number) => vi.advanceTimersByTimeAsync(Math.round(seconds * 1000)),
    /** Lets time pass while a promise is awaited, and gives its outcome. */
    async during<T>(seconds: number, promise: Promise<T>): Promise<T> {
      promise.catch(() => {});
      await vi.advanceTimersByTimeAsync(Math.round(seconds * 1000));
      return promise;
    },
  };
}
