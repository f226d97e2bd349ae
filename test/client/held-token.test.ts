import { describe, expect, test } from 'vitest';
import { holdToken } from '../../src/client/held-token.ts';

/** Holds a token whose request began some seconds ago. */
const held = (expiresIn: number, secondsAgo: number) =>
  holdToken('a.b.c', expiresIn, { monotonicMs: () => 0, longestMs: () => secondsAgo * 1000 }, 0);

describe('a held token', () => {
  test.each([
    [60, 52.4, true],
    [60, 52.5, false],
    [3600, 3589, true],
    [3600, 3590, false],
  ])('with a life of %d s is usable after %d s: %j', (life, age, usable) => {
    expect(held(life, age).isUsable()).toBe(usable);
  });

  test('is alive until a second before its end', () => {
    expect(held(60, 58.9).isAlive()).toBe(true);
    expect(held(60, 59).isAlive()).toBe(false);
    expect(held(60, 57).isAlive(2000)).toBe(false);
    expect(held(60, 56.9).isAlive(2000)).toBe(true);
  });

  test('is renewed after three quarters of its life', () => {
    expect(held(60, 0).renewInMs()).toBe(45_000);
    expect(held(60, 44).renewInMs()).toBe(1000);
    expect(held(60, 45).renewInMs()).toBe(0);
    expect(held(60, 120).renewInMs()).toBe(0);
  });
});
