import { describe, expect, test } from 'vitest';
import {
  counterOf,
  type LimitResult,
  type LimitRule,
  noneQueued,
  type RateLimit,
  withFallback,
} from '../../../src/mint/limits/rate-limit.ts';

const ada = { userId: 'user_ada', sessionId: 'sess_ada' };
const spentHere: LimitResult = { kind: 'spent', limit: 'budget', retryInMs: 7 };
const spentByAll: LimitResult = { kind: 'spent', limit: 'user-limit', retryInMs: 400 };

describe('a shared rate limit with a fallback', () => {
  test.each<LimitResult>([{ kind: 'taken' }, spentByAll])(
    'returns the shared answer $kind',
    async (answer) => {
      const fallback: RateLimit = { take: () => Promise.reject(new Error('the fallback is not used')) };
      expect(await withFallback({ take: async () => answer }, fallback).take(ada)).toEqual(answer);
    },
  );

  test.each<[string, () => unknown]>([
    ['rejects', () => Promise.reject(new Error('unavailable'))],
    [
      'throws',
      () => {
        throw new Error('a fault');
      },
    ],
    ['returns undefined', () => Promise.resolve(undefined)],
    ['returns an unknown kind', () => Promise.resolve({ kind: 'empty' })],
    ['returns no time', () => Promise.resolve({ kind: 'spent', limit: 'budget', retryInMs: Number.NaN })],
  ])('counts in this process when the shared one %s', async (_what, take) => {
    const limit = withFallback({ take: take as never }, { take: async () => spentHere });
    expect(await limit.take(ada)).toEqual(spentHere);
  });

  test('passes subject and queued calls on to both', async () => {
    const received: unknown[] = [];
    const record = (answer: () => Promise<LimitResult>): RateLimit => ({
      take(...args) {
        received.push(args);
        return answer();
      },
    });
    const queued = { sessionId: 1, userId: 2, all: 3 };
    const shared = record(() => Promise.reject(new Error('unavailable')));
    const limit = withFallback(
      shared,
      record(async () => spentHere),
    );
    await limit.take(ada, queued);
    await limit.take(ada);
    expect(received).toEqual([
      [ada, queued],
      [ada, queued],
      [ada, noneQueued],
      [ada, noneQueued],
    ]);
  });
});

test('a counter is named by the id that the rule counts', () => {
  const rule: LimitRule = { name: 'budget', per: 'all', max: 1, windowMs: 1_000, slots: 10 };
  expect([
    counterOf({ ...rule, per: 'sessionId' }, ada),
    counterOf({ ...rule, per: 'userId' }, ada),
    counterOf(rule, ada),
  ]).toEqual(['sess_ada', 'user_ada', '']);
});
