/** Returns the time of the monotonic clock, in milliseconds. Use it to measure durations: changes of the wall clock do not affect it. */
export const monotonicNow = (): number => performance.now();
