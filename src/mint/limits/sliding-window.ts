import type { LimitRule } from './rate-limit.ts';

/** The count of one slot of a window. */
interface Slot {
  readonly index: number;
  count: number;
}

/** A sliding window in memory; the one in Redis is the Lua script of redis/rate-limit.ts. It counts over the last `length` slots and the current one. */
export interface SlidingWindow {
  readonly slotMs: number;
  /** How many slots make a window. */
  readonly length: number;
  /** The slots with a count above 0, the oldest first. */
  readonly slots: Slot[];
}

/** Returns an empty window for a limit. */
export function createSlidingWindow({
  windowMs,
  slots,
}: Pick<LimitRule, 'windowMs' | 'slots'>): SlidingWindow {
  return { slotMs: windowMs / slots, length: slots, slots: [] };
}

/**
 * Returns the milliseconds until a window has room for `wanted` more; 0 when it has room now.
 *
 * @param max - maximum count within the window
 * @param now - monotonic clock, in milliseconds
 */
export function timeUntilRoom(
  window: SlidingWindow,
  { wanted, max }: { wanted: number; max: number },
  now: number,
): number {
  dropOldSlots(window, now);
  const { slots, slotMs, length } = window;
  let missing = countOf(window) + wanted - max;
  if (missing <= 0) return 0;
  for (const { index, count } of slots) {
    missing -= count;
    if (missing <= 0) return (index + length + 1) * slotMs - now;
  }
  // More than the window can ever hold.
  return slotMs * length;
}

/** Returns the count of a window, as of its last use. */
export function countOf({ slots }: SlidingWindow): number {
  return slots.reduce((sum, { count }) => sum + count, 0);
}

/** Adds one to the current slot. @param now - monotonic clock, in milliseconds */
export function countOne({ slots, slotMs }: SlidingWindow, now: number): void {
  const index = Math.floor(now / slotMs);
  const latest = slots.at(-1);
  if (latest?.index === index) latest.count += 1;
  else slots.push({ index, count: 1 });
}

/** Returns whether a window is empty by now. @param now - monotonic clock, in milliseconds */
export function isIdle(window: SlidingWindow, now: number): boolean {
  const latest = window.slots.at(-1);
  return latest === undefined || latest.index < oldestIndex(window, now);
}

function dropOldSlots(window: SlidingWindow, now: number): void {
  const oldest = oldestIndex(window, now);
  const { slots } = window;
  while (slots[0] && slots[0].index < oldest) slots.shift();
}

function oldestIndex({ slotMs, length }: SlidingWindow, now: number): number {
  return Math.floor(now / slotMs) - length;
}
