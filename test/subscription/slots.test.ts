import { expect, test } from 'vitest';
import { createSlots, type Owner } from '../../src/subscription/slots.ts';

const [ada, grace, alan, linus] = ['ada', 'grace', 'alan', 'linus'].map((name) => ({
  sessionId: `sess_${name}`,
  userId: `user_${name}`,
})) as [Owner, Owner, Owner, Owner];

test('a place that is not given back, because a runtime ended its stream without a word, is free after a while', () => {
  let now = 0;
  const places = createSlots({ limit: 2, sessionLimit: 1, longest: 1_000, monotonicNow: () => now });
  const forgotten = places.take(ada);
  now = 500;
  const leave = places.take(grace);
  expect([places.take(ada), places.take(alan)]).toEqual([undefined, undefined]);
  now = 1_000;
  expect(places.take(ada)).toBeTypeOf('function');
  // Too late: that place is another's by now.
  forgotten?.();
  expect(places.take(alan)).toBeUndefined();
  leave?.();
  leave?.();
  expect([places.take(alan) !== undefined, places.take(linus)]).toEqual([true, undefined]);
});

test('C21 with few places, half of them are left to others', () => {
  for (const [limit, mine] of [
    [20, 10],
    [3, 1],
    [1, 1],
  ] as const) {
    const places = createSlots({ limit, sessionLimit: 20, longest: 1_000, monotonicNow: () => 0 });
    const taken = Array.from({ length: 30 }, () => places.take(ada)).filter((leave) => leave !== undefined);
    expect(taken).toHaveLength(mine);
  }
});

test('C21 one user, however many sessions it has, takes a quarter of the places at most', () => {
  const places = createSlots({ limit: 40, sessionLimit: 5, longest: 1_000, monotonicNow: () => 0 });
  const take = (at: number) => places.take({ userId: 'user_ada', sessionId: `sess_ada-${at}` });
  const leaves = Array.from({ length: 30 }, (_, at) => take(at)).filter((leave) => leave !== undefined);
  expect(leaves).toHaveLength(10);
  expect(places.take(grace)).toBeTypeOf('function');
  leaves[0]?.();
  expect([take(100) !== undefined, take(101)]).toEqual([true, undefined]);
});
