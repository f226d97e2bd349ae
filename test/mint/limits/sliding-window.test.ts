import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { budgetWindowMs, mintRules, userMintLimit } from '../../../src/mint/limits/limit-rules.ts';
import { memoryRateLimit } from '../../../src/mint/limits/memory-rate-limit.ts';
import { type LimitRule, withFallback } from '../../../src/mint/limits/rate-limit.ts';
import { countOne, createSlidingWindow, timeUntilRoom } from '../../../src/mint/limits/sliding-window.ts';
import { useFakeTime } from '../../support/fake-time.ts';

const { pass } = useFakeTime();
const seed = 20_261_129;
const slots = 20;
const slot = budgetWindowMs / slots;
const window10s = { windowMs: budgetWindowMs, slots };

/** So many calls of others are queued. */
const queued = (all: number) => ({ sessionId: 0, userId: 0, all });
const ada = { userId: 'user_ada', sessionId: 'sess_ada' };
const grace = { userId: 'user_grace', sessionId: 'sess_grace' };
const all = (max: number): LimitRule[] => [{ name: 'budget', per: 'all', ...window10s, max }];

/** The most that were taken within any window. */
function mostInAnyWindow(times: readonly number[]): number {
  return Math.max(
    0,
    ...times.map((start) => times.filter((at) => at >= start && at < start + budgetWindowMs).length),
  );
}

describe('C24 no 10 s hold more than the limit', () => {
  test('with a burst at every offset of a border of 10 s', async () => {
    for (let offset = 0; offset < budgetWindowMs; offset += 250) {
      const limit = memoryRateLimit(all(8));
      const times: number[] = [];
      const burst = async () => {
        for (let taken = 0; taken < 20; taken += 1)
          if ((await limit.take(ada)).kind === 'taken') times.push(performance.now());
      };
      await pass(offset / 1000);
      await burst();
      for (let steps = 0; steps < 50; steps += 1) {
        await pass(0.25);
        await burst();
      }
      expect(mostInAnyWindow(times)).toBe(8);
      // What was taken is given back, one window later.
      expect(times.length).toBe(16);
    }
  });

  test(`whenever they are taken (seed ${seed})`, () => {
    const steps = fc.array(fc.nat(4_000), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 12 }), fc.nat(100_000), (waits, max, start) => {
        const window = createSlidingWindow(window10s);
        const times: number[] = [];
        let now = start;
        for (const wait of waits) {
          now += wait;
          const untilRoom = timeUntilRoom(window, { wanted: 1, max }, now);
          if (untilRoom === 0) {
            countOne(window, now);
            times.push(now);
          }
          // What it says is so: no room just before, and room then.
          else {
            expect(timeUntilRoom(window, { wanted: 1, max }, now + untilRoom - 0.5)).toBeGreaterThan(0);
            expect(untilRoom).toBeLessThanOrEqual(budgetWindowMs + slot);
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

  test('what is given back comes in the order and at the pace in which it was taken', async () => {
    const limit = memoryRateLimit(all(4));
    for (let taken = 0; taken < 4; taken += 1) {
      await limit.take(ada);
      await pass(1);
    }
    for (let ahead = 0; ahead < 4; ahead += 1) {
      const expected = { kind: 'spent', limit: 'budget', retryInMs: 6_500 + 1_000 * ahead };
      expect(await limit.take(ada, queued(ahead))).toEqual(expected);
    }
    expect(await limit.take(ada, queued(4))).toEqual({ kind: 'spent', limit: 'budget', retryInMs: 10_000 });
  });
});

describe('the limits of a mint', () => {
  test.each([
    [20, 10],
    [80, 20],
    [800, 200],
    [1, 1],
    [2, 1],
    [6, 3],
  ])('C21 of a budget of %i, one user may spend %i', (budget, expected) => {
    expect(userMintLimit(budget, 0.25)).toBe(expected);
  });

  test('are checked together: what is refused by one is counted by none', async () => {
    const limit = memoryRateLimit(mintRules({ budget: 8, userShare: 0.25, sessionLimit: 100 }));
    const taken: string[] = [];
    for (let asked = 0; asked < 20; asked += 1) {
      const result = await limit.take({ ...ada, sessionId: `sess_${asked}` });
      taken.push(result.kind === 'taken' ? 'taken' : result.limit);
    }
    expect([taken.slice(0, 4), new Set(taken.slice(4))]).toEqual([
      Array(4).fill('taken'),
      new Set(['user-limit']),
    ]);
    const others = [];
    for (let asked = 0; asked < 5; asked += 1) others.push((await limit.take(grace)).kind);
    expect(others).toEqual(['taken', 'taken', 'taken', 'taken', 'spent']);
  });

  test('a share of 1 sets no limit for one user', async () => {
    const limit = memoryRateLimit(mintRules({ budget: 3, userShare: 1, sessionLimit: 100 }));
    const results = [];
    for (let asked = 0; asked < 4; asked += 1) results.push(await limit.take(ada));
    expect(results.map(({ kind }) => kind)).toEqual(['taken', 'taken', 'taken', 'spent']);
    expect(results[3]).toMatchObject({ limit: 'budget' });
  });

  test.each<[string, () => unknown]>([
    ['that is away', () => Promise.reject(new Error('away'))],
    [
      'that throws',
      () => {
        throw new Error('a fault');
      },
    ],
    ['that says nothing', () => Promise.resolve(undefined)],
    [
      'that does not say when',
      () => Promise.resolve({ kind: 'spent', limit: 'budget', retryInMs: Number.NaN }),
    ],
    ['that hangs', () => new Promise(() => {})],
  ])('with a shared limit %s, those of this process hold', async (_what, take) => {
    const limit = withFallback({ take: take as never }, memoryRateLimit(all(1)));
    const first = limit.take(ada);
    await pass(0.1);
    expect(await first).toEqual({ kind: 'taken' });
    const second = limit.take(grace);
    await pass(0.1);
    expect(await second).toMatchObject({ kind: 'spent', limit: 'budget' });
  });

  test('idle users are forgotten, and the number of those that are counted is bounded', async () => {
    const limit = memoryRateLimit([{ name: 'user-limit', per: 'userId', ...window10s, max: 1 }]);
    await limit.take(ada);
    for (let at = 0; at < 100_000; at += 1) await limit.take({ userId: `u${at}`, sessionId: '' });
    // Pushed out by as many others.
    expect((await limit.take(ada)).kind).toBe('taken');
  });
});
