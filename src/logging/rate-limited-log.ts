import { monotonicNow } from '../time/monotonic-now.ts';

/** The shortest time between two lines, in milliseconds. */
const interval = 60_000;

/**
 * Limits a log line that clients can cause to one a minute. The first line is written at once; each later line reports how many were
 * suppressed before it.
 *
 * @param write - writes the line with these fields
 * @returns a function to call for each event
 */
export function createRateLimitedLog(write: (fields: { suppressed?: number }) => void): () => void {
  let writtenAt = Number.NEGATIVE_INFINITY;
  let suppressed = 0;
  return () => {
    const now = monotonicNow();
    if (now - writtenAt < interval) {
      suppressed += 1;
      return;
    }
    write(suppressed === 0 ? {} : { suppressed });
    writtenAt = now;
    suppressed = 0;
  };
}
