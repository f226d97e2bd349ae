import { expect, test, vi } from 'vitest';
import { createTimeline } from '../../../scripts/soak/timeline.ts';
import { useFakeClock } from './fixtures.ts';

useFakeClock();

/** Records a fault from 1,000 to 3,000 ms that is certainly in force from 1,200 to 2,800 ms. */
function injectOne() {
  const timeline = createTimeline();
  vi.setSystemTime(1_000);
  const { heldDuring, end } = timeline.begin('redis', 'paused');
  heldDuring({ from: 1_200, to: 2_800 });
  vi.setSystemTime(3_000);
  end();
  return timeline;
}

test('a fault may explain what happened in a period that it overlaps', () => {
  const timeline = injectOne();
  expect(timeline.faults('redis', { from: 0, to: 999 })).toEqual([]);
  expect(timeline.faults('redis', { from: 0, to: 1_000 })).toEqual(['paused']);
  expect(timeline.faults('redis', { from: 3_000, to: 9_000 })).toEqual(['paused']);
  expect(timeline.faults('redis', { from: 3_001, to: 9_000 })).toEqual([]);
  expect(timeline.faults('clerk', { from: 0, to: 9_000 })).toEqual([]);
});

test('a fault forbids only what happened while it was certainly in force', () => {
  const timeline = injectOne();
  expect(timeline.faultsThroughout('redis', { from: 1_200, to: 2_800 })).toEqual(['paused']);
  expect(timeline.faultsThroughout('redis', { from: 1_199, to: 2_000 })).toEqual([]);
  expect(timeline.faultsThroughout('redis', { from: 2_000, to: 2_801 })).toEqual([]);
});

test('two faults of one name are not one long fault', () => {
  const timeline = injectOne();
  vi.setSystemTime(7_000);
  timeline.begin('redis', 'paused').heldDuring({ from: 7_000, to: 8_000 });
  expect(timeline.faultsThroughout('redis', { from: 2_000, to: 7_500 })).toEqual([]);
});

test('a lost connection to Redis may have been lost 1 s before the gateway reported it', () => {
  const timeline = createTimeline();
  timeline.noteRedis(1, 'unavailable', 5_000);
  timeline.noteRedis(1, 'connected', 6_000);
  expect(timeline.wasUnavailable(1, { from: 0, to: 4_000 })).toBe(true);
  expect(timeline.wasUnavailable(1, { from: 0, to: 3_999 })).toBe(false);
  expect(timeline.wasUnavailable(2, { from: 0, to: 9_000 })).toBe(false);
  expect(timeline.lastRedisProblem(3_999)).toBe(0);
  expect(timeline.lastRedisProblem(4_000)).toBe(Number.POSITIVE_INFINITY);
  expect(timeline.lastRedisProblem(6_000)).toBe(6_000);
});
