import { monotonicNow } from '../time/monotonic-now.ts';

/** Shortest time between two lines of one kind, in milliseconds. */
const interval = 60_000;

/**
 * Limits a kind of line that clients can cause, to one a minute: the first is written at once, and each later one says how many
 * were suppressed before it.
 *
 * @param write - writes a line, with these fields
 * @returns to be called for every occasion
 */
export function onceAMinute(write: (fields: { suppressed?: number }) => void): () => void {
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
