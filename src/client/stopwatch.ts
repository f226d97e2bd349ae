/** How long ago something was, by two clocks that fail in different ways. */
export interface Stopwatch {
  /** Milliseconds by the clock that nobody sets, but that may stand still while the device sleeps. */
  awake(): number;
  /** Milliseconds by that clock or the wall clock, whichever says more: for what must not be used for too long. */
  atMost(): number;
}

const awakeNow = () => performance.now();

/** Starts to measure. */
export function startStopwatch(): Stopwatch {
  const awakeAt = awakeNow();
  const wallAt = Date.now();
  const awake = () => awakeNow() - awakeAt;
  return { awake, atMost: () => Math.max(awake(), Date.now() - wallAt) };
}
