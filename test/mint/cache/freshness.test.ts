import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CacheAges, type Freshness, freshnessOf } from '../../../src/mint/cache/freshness.ts';

const ages = { maxCacheAge: 60, maxStaleAge: 300, jitter: 0 };
const token = (life: number, issuedAt = 0) => ({ jwt: '', claims: {}, issuedAt, expiresAt: issuedAt + life });
const sequence: readonly Freshness[] = ['fresh', 'stale-while-revalidate', 'stale-if-error', 'expired'];

/** When each of the later states begins, in seconds from `iat`. */
function borders(life: number, with_: Partial<CacheAges> = {}) {
  const at = (now: number) => freshnessOf(token(life), { ...ages, ...with_ }, now);
  const first = (state: Freshness) => {
    // In tenths of a second, so that all limits of the design are whole numbers.
    for (let tenth = 0; tenth <= life * 10 + 10; tenth += 1) {
      if (sequence.indexOf(at(tenth / 10)) >= sequence.indexOf(state)) return tenth / 10;
    }
    return undefined;
  };
  return { soft: first('stale-while-revalidate'), hard: first('stale-if-error'), end: first('expired') };
}

describe('the windows of a token', () => {
  test.each([
    // life, maxCacheAge, soft, hard, end
    [30, 60, 22.5, 25, 29],
    [60, 60, 45, 54, 59],
    [200, 60, 45, 60, 199],
    [200, 200, 150, 180, 199],
    [3600, 60, 45, 60, 300],
    [3600, 200, 150, 200, 300],
    [20, 60, 15, 15, 19],
    [10, 60, 7.5, 7.5, 9],
    [4, 60, 3, 3, 3],
    [600, 5, 3.8, 5, 300],
  ])(
    'C09 a life of %i s with maxCacheAge %i s is soft at %d, hard at %d and expired at %d',
    (life, maxCacheAge, soft, hard, end) => {
      expect(borders(life, { maxCacheAge })).toEqual({ soft, hard, end });
    },
  );

  test('the soft point of an instance with jitter is up to a tenth of the usable age earlier', () => {
    expect(borders(60, { jitter: 1 })).toMatchObject({ soft: 39, hard: 54 });
    expect(borders(60, { jitter: 0.5 })).toMatchObject({ soft: 42, hard: 54 });
    expect(borders(3600, { jitter: 1 })).toMatchObject({ soft: 39, hard: 60 });
  });

  test('the stale bound is counted from iat and never reaches the last second before exp', () => {
    expect(borders(3600, { maxStaleAge: 100 }).end).toBe(100);
    expect(borders(60, { maxStaleAge: 86_400 }).end).toBe(59);
    expect(borders(3600, { maxStaleAge: 0 })).toMatchObject({ hard: 60, end: 60 });
  });
});

describe('C12 an odd life', () => {
  test.each([0, -1, -60, Number.NaN, Number.NEGATIVE_INFINITY])('of %d s is expired at once', (life) => {
    for (const now of [-1, 0, 1]) expect(freshnessOf(token(life), ages, now)).toBe('expired');
  });

  test('of fractional seconds counts exactly', () => {
    const half = token(0.5, 1000.25);
    const at = (now: number) => freshnessOf(half, ages, now);
    expect([at(1000.25), at(1000.6)]).toEqual(['fresh', 'fresh']);
    expect([at(1000.63), at(1000.75), at(1001)]).toEqual(['expired', 'expired', 'expired']);
  });

  test('that is not a number makes a token expired', () => {
    expect(freshnessOf({ ...token(60), issuedAt: Number.NaN }, ages, 0)).toBe('expired');
    expect(freshnessOf({ ...token(60), expiresAt: Number.NaN }, ages, 0)).toBe('expired');
  });
});

describe('for any token, policy and moment', () => {
  const anyAges = fc.record({
    maxCacheAge: fc.integer({ min: 1, max: 86_400 }),
    maxStaleAge: fc.integer({ min: 0, max: 86_400 }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  const life = fc.oneof(
    fc.integer({ min: 1, max: 100_000 }),
    fc.double({ min: 0.001, max: 100_000, noNaN: true }),
  );
  const moment = fc.double({ min: -20, max: 100_100, noNaN: true });
  const issued = fc.integer({ min: 0, max: 2_000_000_000 });

  test('C09 no token is used at its exp or later, or without an error beyond maxCacheAge', () => {
    fc.assert(
      fc.property(anyAges, life, moment, issued, (with_, lives, after, issuedAt) => {
        const aToken = token(lives, issuedAt);
        const now = issuedAt + after;
        const state = freshnessOf(aToken, with_, now);
        if (now >= aToken.expiresAt) expect(state).toBe('expired');
        if (now >= issuedAt + with_.maxCacheAge) expect(['stale-if-error', 'expired']).toContain(state);
        if (state === 'stale-if-error') {
          expect(now).toBeLessThan(aToken.expiresAt - 1);
          expect(now).toBeLessThan(issuedAt + with_.maxStaleAge);
        }
        if (state === 'stale-while-revalidate')
          expect(now).toBeLessThan(aToken.expiresAt - Math.min(5, 0.24 * lives));
      }),
    );
  });

  test('C09 the states come in order and never go back', () => {
    fc.assert(
      fc.property(anyAges, life, fc.array(moment, { maxLength: 20 }), (with_, lives, moments) => {
        const states = moments
          .filter((now) => now >= -5)
          .toSorted((one, other) => one - other)
          .map((now) => sequence.indexOf(freshnessOf(token(lives), with_, now)));
        expect(states).toEqual(states.toSorted());
      }),
    );
  });

  test('C11 a token from the future is expired, beyond the skew between two clocks', () => {
    fc.assert(
      fc.property(anyAges, life, fc.double({ min: 5.001, max: 1e9, noNaN: true }), (with_, lives, ahead) => {
        expect(freshnessOf(token(lives, 2e9), with_, 2e9 - ahead)).toBe('expired');
        expect(freshnessOf(token(lives, 2e9), with_, 2e9 - 5)).toBe('fresh');
      }),
    );
  });
});
