/** Closed while Clerk throttles: nothing goes to Clerk before its `Retry-After` is over. */
export interface Throttle {
  /** Closes the gate for a time from now on, unless it is closed for longer. */
  close(milliseconds: number): void;
  /** How long it stays closed, in milliseconds; 0 when it is open. */
  remaining(): number;
}

/** The longest that the gate is ever closed, in milliseconds: the longest `Retry-After` that is believed. */
export const longestPause = 60_000;

/** @param now - milliseconds; of a clock that is never set */
export function createThrottle(now: () => number): Throttle {
  let closedAt = 0;
  let closedFor = 0;
  // A clock that jumped back must not keep the gate closed for longer than was said.
  const remaining = () => {
    const elapsed = now() - closedAt;
    return elapsed < 0 ? 0 : Math.max(0, closedFor - elapsed);
  };
  return {
    close(milliseconds) {
      const bounded = Math.min(milliseconds, longestPause);
      if (!(bounded > remaining())) return;
      closedAt = now();
      closedFor = bounded;
    },
    remaining,
  };
}
