import { expect, test, vi } from 'vitest';
import { clerkErrors, throwing } from '../support/clerk-errors.ts';
import { aCaller, startEngine } from '../support/engine.ts';

test('instances that cannot be told do not keep this one from what it knows', async () => {
  const told = vi.fn(throwing(() => new Error('no connection')));
  const { clerk, code, logged } = startEngine({
    shared: {
      tokens: {
        read: async () => undefined,
        write: async () => {},
        drop: async () => {},
        lock: async () => async () => {},
      },
      rateLimit: () => ({ take: async () => ({ kind: 'taken' }) }),
      throttled: told,
    },
  });
  clerk.answer = throwing(() => clerkErrors.throttled(5));
  expect([await code(aCaller()), await code(aCaller()), clerk.calls]).toEqual([
    'RATE_LIMITED',
    'RATE_LIMITED',
    1,
  ]);
  expect(told).toHaveBeenCalledOnce();
  expect(JSON.stringify(logged)).toMatch(/other instances were not told/);
});

test('a session that is over stays so here, though nobody else could be told', async () => {
  const { clerk, code } = startEngine({ revoke: () => Promise.reject(new Error('Redis is away')) });
  clerk.answer = throwing(clerkErrors.unauthorized);
  expect([await code(aCaller()), await code(aCaller()), clerk.calls]).toEqual([
    'UNAUTHENTICATED',
    'UNAUTHENTICATED',
    1,
  ]);
});
