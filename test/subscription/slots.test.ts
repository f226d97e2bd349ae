import { expect, test } from 'vitest';
import type { LimitSubject } from '../../src/mint/limits/rate-limit.ts';
import { createSlots } from '../../src/subscription/slots.ts';

const [ada, grace, alan, linus] = ['ada', 'grace', 'alan', 'linus'].map((name) => ({
  sessionId: `sess_${name}`,
  userId: `user_${name}`,
})) as [LimitSubject, LimitSubject, LimitSubject, LimitSubject];

test('a slot that is not released is free again after its maximum age', () => {
  let now = 0;
  const slots = createSlots({
    limits: () => ({ total: 2, perSession: 1 }),
    maxAgeMs: 1_000,
    monotonicNow: () => now,
  });
  const forgotten = slots.take(ada);
  now = 500;
  const release = slots.take(grace);
  expect([slots.take(ada), slots.take(alan)]).toEqual([undefined, undefined]);
  now = 1_000;
  expect(slots.take(ada)).toBeTypeOf('function');
  // The slot has another owner by now.
  forgotten?.();
  expect(slots.take(alan)).toBeUndefined();
  release?.();
  release?.();
  expect([slots.take(alan) !== undefined, slots.take(linus)]).toEqual([true, undefined]);
});

test('C21 one user takes half of the slots at most, when there are few', () => {
  for (const [limit, mine] of [
    [20, 10],
    [3, 1],
    [1, 1],
  ] as const) {
    const limits = () => ({ total: limit, perSession: 20 });
    const slots = createSlots({ limits, maxAgeMs: 1_000, monotonicNow: () => 0 });
    const taken = Array.from({ length: 30 }, () => slots.take(ada)).filter(
      (release) => release !== undefined,
    );
    expect(taken).toHaveLength(mine);
  }
});

test('C21 one user takes a quarter of the slots at most, however many sessions it has', () => {
  const limits = () => ({ total: 40, perSession: 5 });
  const slots = createSlots({ limits, maxAgeMs: 1_000, monotonicNow: () => 0 });
  const take = (at: number) => slots.take({ userId: 'user_ada', sessionId: `sess_ada-${at}` });
  const releases = Array.from({ length: 30 }, (_, at) => take(at)).filter((release) => release !== undefined);
  expect(releases).toHaveLength(10);
  expect(slots.take(grace)).toBeTypeOf('function');
  releases[0]?.();
  expect([take(100) !== undefined, take(101)]).toEqual([true, undefined]);
});
