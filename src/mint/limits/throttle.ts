/** A throttle: while Clerk answers 429, no call goes out before its `Retry-After` has passed. */
export interface Throttle {
  /** Stops calls from now on, unless a throttle already lasts longer. @param milliseconds - more than 60,000 count as 60,000 */
  throttleFor(milliseconds: number): void;
  /** Returns how long calls are still stopped, in milliseconds; 0 when they may go out. */
  remainingMs(): number;
}

/** Longest time that calls are stopped, in milliseconds: a longer `Retry-After` is cut to it. */
export const longestThrottleMs = 60_000;

/** Creates a throttle that stops nothing. @param monotonicNow - monotonic clock, in milliseconds */
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
      // NaN stops nothing either.
      if (!(bounded > remainingMs())) return;
      startedAt = monotonicNow();
      lengthMs = bounded;
    },
    remainingMs,
  };
}
