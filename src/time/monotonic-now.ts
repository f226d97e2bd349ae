/** Milliseconds that no change of the clock touches: what durations are measured with. */
export const monotonicNow = (): number => performance.now();
