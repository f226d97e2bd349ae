import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  countOne,
  createSlidingWindow,
  isIdle,
  timeUntilRoom,
} from '../../../src/mint/limits/sliding-window.ts';

const seed = 20_261_129;
const windowMs = 10_000;
const slots = 20;
const slotMs = windowMs / slots;

/** The maximum number of times within any window. */
function mostInAnyWindow(times: readonly number[]): number {
  return Math.max(
    0,
    ...times.map((start) => times.filter((at) => at >= start && at < start + windowMs).length),
  );
}

function windowWith(...times: number[]) {
  const window = createSlidingWindow({ windowMs, slots });
  for (const at of times) countOne(window, at);
  return window;
}

test(`C24 no 10 s contain more mints than the limit, at any times of the mints (seed ${seed})`, () => {
  const steps = fc.array(fc.nat(4_000), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 12 }), fc.nat(100_000), (waits, max, start) => {
      const window = createSlidingWindow({ windowMs, slots });
      const times: number[] = [];
      let now = start;
      for (const wait of waits) {
        now += wait;
        const untilRoom = timeUntilRoom(window, { wanted: 1, max }, now);
        if (untilRoom === 0) {
          countOne(window, now);
          times.push(now);
        }
        // The time is exact: there is no room just before it.
        else {
          expect(timeUntilRoom(window, { wanted: 1, max }, now + untilRoom - 0.5)).toBeGreaterThan(0);
          expect(untilRoom).toBeLessThanOrEqual(windowMs + slotMs);
          now += untilRoom;
          expect(timeUntilRoom(window, { wanted: 1, max }, now)).toBe(0);
        }
      }
      expect(mostInAnyWindow(times)).toBeLessThanOrEqual(max);
      expect(window.slots.length).toBeLessThanOrEqual(slots + 1);
    }),
    { seed, numRuns: 300 },
  );
});

describe('the time until there is room', () => {
  test('is 0 for an empty window', () => {
    expect(timeUntilRoom(windowWith(), { wanted: 3, max: 3 }, 12_345)).toBe(0);
  });

  test('lasts until as many as are missing have left, the oldest first', () => {
    const window = windowWith(0, 1_000, 1_000);
    expect(timeUntilRoom(window, { wanted: 1, max: 3 }, 2_000)).toBe(8_500);
    expect(timeUntilRoom(window, { wanted: 2, max: 3 }, 2_000)).toBe(9_500);
  });

  test('is one window for more than the window can hold', () => {
    expect(timeUntilRoom(windowWith(0), { wanted: 5, max: 3 }, 0)).toBe(windowMs);
  });
});

test('a window is idle when its last slot has left it', () => {
  const window = windowWith(0);
  expect([isIdle(windowWith(), 0), isIdle(window, 10_499), isIdle(window, 10_500)]).toEqual([
    true,
    false,
    true,
  ]);
});
