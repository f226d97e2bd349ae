import { describe, expect, test } from 'vitest';
import { budgetWindowMs, mintRules } from '../../../src/mint/limits/limit-rules.ts';
import { createMemoryRateLimit } from '../../../src/mint/limits/memory-rate-limit.ts';
import type { LimitRule } from '../../../src/mint/limits/rate-limit.ts';
import { useFakeTime } from '../../support/fake-time.ts';

const { pass } = useFakeTime();
const window10s = { windowMs: budgetWindowMs, slots: 20 };

/** Queued calls of other users. */
const queued = (all: number) => ({ sessionId: 0, userId: 0, all });
const ada = { userId: 'user_ada', sessionId: 'sess_ada' };
const grace = { userId: 'user_grace', sessionId: 'sess_grace' };
const all = (max: number): LimitRule[] => [{ name: 'budget', per: 'all', ...window10s, max }];

/** The maximum number of times within any window. */
function mostInAnyWindow(times: readonly number[]): number {
  return Math.max(
    0,
    ...times.map((start) => times.filter((at) => at >= start && at < start + budgetWindowMs).length),
  );
}

describe('C24 no 10 s contain more mints than the limit', () => {
  test('with a burst at every offset of a border of 10 s', async () => {
    for (let offset = 0; offset < budgetWindowMs; offset += 250) {
      const limit = createMemoryRateLimit(() => all(8));
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
      // All mints stop counting one window later.
      expect(times.length).toBe(16);
    }
  });

  test('mints stop counting in the order and at the pace in which they were counted', async () => {
    const limit = createMemoryRateLimit(() => all(4));
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
  test('are checked together: a mint that one limit refuses is counted by none', async () => {
    const limit = createMemoryRateLimit(() => mintRules({ budget: 8, userShare: 0.25, sessionLimit: 100 }));
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
    const limit = createMemoryRateLimit(() => mintRules({ budget: 3, userShare: 1, sessionLimit: 100 }));
    const results = [];
    for (let asked = 0; asked < 4; asked += 1) results.push(await limit.take(ada));
    expect(results.map(({ kind }) => kind)).toEqual(['taken', 'taken', 'taken', 'spent']);
    expect(results[3]).toMatchObject({ limit: 'budget' });
  });

  test('hold counters for 100,000 users at most: the longest idle one is dropped', async () => {
    const limit = createMemoryRateLimit(() => [{ name: 'user-limit', per: 'userId', ...window10s, max: 1 }]);
    await limit.take(ada);
    for (let at = 0; at < 100_000; at += 1) await limit.take({ userId: `u${at}`, sessionId: '' });
    // Its counter was dropped for as many others.
    expect((await limit.take(ada)).kind).toBe('taken');
  });
});
