import { expect, test } from 'vitest';
import { forceRules, mintRules, userMintLimit } from '../../../src/mint/limits/limit-rules.ts';

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

test('the limits of a mint are checked in the order session, user, budget', () => {
  expect(mintRules({ budget: 800, userShare: 0.25, sessionLimit: 120 })).toEqual([
    { name: 'session-limit', per: 'sessionId', windowMs: 60_000, slots: 20, max: 120 },
    { name: 'user-limit', per: 'userId', windowMs: 10_000, slots: 20, max: 200 },
    { name: 'budget', per: 'all', windowMs: 10_000, slots: 100, max: 800 },
  ]);
});

test('a share of 1 sets no limit for one user', () => {
  const names = mintRules({ budget: 3, userShare: 1, sessionLimit: 100 }).map(({ name }) => name);
  expect(names).toEqual(['session-limit', 'budget']);
});

test('C19 a session may force 6 mints per minute', () => {
  expect(forceRules).toEqual([
    expect.objectContaining({ name: 'fresh-limit', per: 'sessionId', windowMs: 60_000, max: 6 }),
  ]);
});
