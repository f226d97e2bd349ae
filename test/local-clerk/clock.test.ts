import { describe, expect, test } from 'vitest';
import { createClock } from '../../src/local-clerk/clock.ts';

describe('the clock', () => {
  test('follows its base until it is moved', () => {
    let base = 1_500;
    const clock = createClock(() => base);
    expect([clock.now(), clock.seconds()]).toEqual([1_500, 1]);
    base = 2_000;
    expect([clock.now(), clock.seconds()]).toEqual([2_000, 2]);
  });

  test('adds every advance, also a negative one', () => {
    const clock = createClock(() => 10_000);
    clock.advance(500);
    clock.advance(-3_000);
    expect(clock.now()).toBe(7_500);
  });

  test('continues from the time that it is set to, and returns to its base', () => {
    let base = 10_000;
    const clock = createClock(() => base);
    clock.set(0);
    base += 250;
    expect(clock.now()).toBe(250);
    clock.set(null);
    expect(clock.now()).toBe(10_250);
  });

  test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 8.64e15 + 1])('refuses the time %d', (ms) => {
    const clock = createClock(() => 10_000);
    expect(() => clock.set(ms)).toThrow('as the time in milliseconds');
    expect(() => clock.advance(ms)).toThrow('as the time to advance in milliseconds');
    expect(clock.now()).toBe(10_000);
  });

  test('refuses a time before the epoch', () => {
    expect(() => createClock(() => 0).set(-1)).toThrow('use a whole number from 0');
  });
});
