/** A throttle: while Clerk answers 429, no call goes out before its `Retry-After` has passed. */
export interface Throttle {
  /** Stops calls for a time from now on. A throttle that already lasts longer stays as it is. @param milliseconds - at most 60,000 count */
  throttleFor(milliseconds: number): void;
  /** Returns how long calls are still stopped, in milliseconds; 0 when they may go out. */
  remainingMs(): number;
}

/** Longest time that calls are stopped, in milliseconds: a longer `Retry-After` is cut to it. */
export const longestThrottleMs = 60_000;

/** @param monotonicNow - monotonic clock, in milliseconds */
export function createThrottle(monotonicNow: () => number): Throttle {
  let startedAt = 0;
  let lengthMs = 0;
  const remainingMs = () => {
    const passed = monotonicNow() - startedAt;
    // A clock that jumps back must not prolong the throttle.
    return passed < 0 ? 0 : Math.max(0, lengthMs - passed);
  };
  return {
    throttleFor(milliseconds) {
      const bounded = Math.min(milliseconds, longestThrottleMs);
      // Also refuses NaN.
      if (!(bounded > remainingMs())) return;
      startedAt = monotonicNow();
      lengthMs = bounded;
    },
    remainingMs,
  };
}
