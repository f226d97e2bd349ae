/** The time since a measurement began, by two clocks that fail in different ways. */
export interface ElapsedTime {
  /** Milliseconds by the monotonic clock. It may stand still while the device sleeps. */
  monotonicMs(): number;
  /** The larger of the milliseconds by the monotonic and by the wall clock: an upper bound of the time that has passed. */
  longestMs(): number;
}

/** Begins to measure the time that passes. */
export function measureElapsedTime(): ElapsedTime {
  const startedAt = performance.now();
  const wallStartedAt = Date.now();
  const monotonicMs = () => performance.now() - startedAt;
  return { monotonicMs, longestMs: () => Math.max(monotonicMs(), Date.now() - wallStartedAt) };
}
