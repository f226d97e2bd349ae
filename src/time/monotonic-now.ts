/** Milliseconds that no change of the clock touches: what durations are measured with. */
export const elapsed = (): number => performance.now();
