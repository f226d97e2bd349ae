import { expect, test } from 'vitest';
import { createThrottle, longestThrottleMs } from '../../../src/mint/limits/throttle.ts';

function start() {
  let now = 1_000;
  return { throttle: createThrottle(() => now), pass: (milliseconds: number) => (now += milliseconds) };
}

test('a throttle ends when its time has passed', () => {
  const { throttle, pass } = start();
  expect(throttle.remainingMs()).toBe(0);
  throttle.throttleFor(500);
  pass(499);
  expect(throttle.remainingMs()).toBe(1);
  pass(1);
  expect(throttle.remainingMs()).toBe(0);
});

test('a shorter throttle does not shorten a longer one', () => {
  const { throttle, pass } = start();
  throttle.throttleFor(5_000);
  pass(1_000);
  throttle.throttleFor(2_000);
  expect(throttle.remainingMs()).toBe(4_000);
  throttle.throttleFor(6_000);
  expect(throttle.remainingMs()).toBe(6_000);
});

test('M10 a throttle lasts 60 s at most', () => {
  const { throttle } = start();
  throttle.throttleFor(99_999_000);
  expect(throttle.remainingMs()).toBe(longestThrottleMs);
});

test.each([0, -1, Number.NaN])('a throttle for %s ms stops nothing', (milliseconds) => {
  const { throttle } = start();
  throttle.throttleFor(milliseconds);
  expect(throttle.remainingMs()).toBe(0);
});

test('a clock that jumps back ends the throttle', () => {
  const { throttle, pass } = start();
  throttle.throttleFor(500);
  pass(-1);
  expect(throttle.remainingMs()).toBe(0);
});
