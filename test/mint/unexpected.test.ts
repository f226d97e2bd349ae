import { expect, test, vi } from 'vitest';
import { resolveTemplates } from '../../src/config/resolve-templates.ts';
import { createSingleFlight } from '../../src/mint/cache/single-flight.ts';
import { createMintToken } from '../../src/mint/mint-token.ts';
import { createPolicies } from '../../src/mint/policy.ts';
import { createCounters } from '../../src/mint/stats.ts';
import { clerkErrors, throwing } from '../support/clerk-errors.ts';
import { aCaller, startEngine } from '../support/engine.ts';

const silent = { given: () => {}, mintedBehind: () => {}, refused: () => {} };

test('what nobody expected to fail is counted and in the audit, and the caller gets an error', async () => {
  const counters = createCounters();
  const refused: unknown[] = [];
  const mintToken = createMintToken({
    policies: createPolicies(resolveTemplates(['hasura'])),
    give: () => Promise.reject(new TypeError('a fault of ours')),
    audit: { ...silent, refused: (_subject, error) => void refused.push(error) },
    counters,
    ...{ log: { error: () => {} }, deadline: 3_000, monotonicNow: () => 0 },
  });
  const request = { caller: aCaller(), template: 'hasura', fresh: false, began: 0, onMint: () => {} };
  await expect(mintToken(request)).rejects.toThrow('a fault of ours');
  expect([counters.refusals, refused]).toEqual([{ internal: 1 }, [expect.any(TypeError)]]);
});

test('a flight that fails as nobody expected ends for all who wait, and makes room for the next', async () => {
  const logged: unknown[] = [];
  const flights = createSingleFlight({
    revocations: { tick: () => 1 } as never,
    log: { error: (...line: unknown[]) => void logged.push(line) },
    deadline: 3_000,
    monotonicNow: () => 0,
  });
  const flight = flights.start(() => Promise.reject(new TypeError('a fault of ours')), {
    key: 'a',
    fresh: false,
  });
  const landings = await Promise.all([flights.landed(flight, 1_000), flights.landed(flight, 1_000)]);
  for (const landing of landings)
    expect(landing).toMatchObject({ kind: 'failure', failure: { kind: 'internal' } });
  expect(JSON.stringify(logged)).toMatch(/minting failed unexpectedly/);
  expect(flights.joinable('a', { caller: aCaller() } as never, { after: 0, fresh: false })).toBeUndefined();
});

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
