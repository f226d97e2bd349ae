import fc from 'fast-check';
import { GraphQLError } from 'graphql';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { aCaller, type EngineRequest, startEngine, userOf } from '../support/engine.ts';
import { anyBehaviours, type Behaviour, behaviours, endless } from './chaos/behaviours.ts';
import { answers } from './chaos/clerk-answers.ts';
import { chaoticSharing, createMemory } from './chaos/shared-store.ts';

/** Each seed makes different faults; a failed test prints its seed. */
const seed = Number(process.env.MINTGATE_MODEL_SEED ?? 20_260_405);
/** CI runs more of them. */
const numRuns = Number(process.env.MINTGATE_MODEL_RUNS ?? 30);
const start = Date.UTC(2026, 0, 1);
const deadline = 3_000;
const slack = 50;
const known = new Set([
  ...['UNAUTHENTICATED', 'TEMPLATE_NOT_FOUND', 'RATE_LIMITED', 'UPSTREAM_UNAVAILABLE'],
  'INTERNAL_SERVER_ERROR',
]);

const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);

beforeEach(() => {
  unhandled.length = 0;
  vi.useFakeTimers({ now: start });
  process.on('unhandledRejection', note);
});
afterEach(() => {
  vi.useRealTimers();
  process.off('unhandledRejection', note);
});

function restart(): void {
  vi.useRealTimers();
  vi.useFakeTimers({ now: start });
}

type Engine = ReturnType<typeof startEngine>;

/** Requests a token; returns the outcome, or `nothing` where there is none by the deadline. */
async function requestToken(engine: Engine, sid: string, options: EngineRequest = {}) {
  let outcome: string | undefined;
  const caller = aCaller({ sid, sub: userOf(sid) });
  engine.ask(caller, options).then(
    ({ claims, issuedAt, expiresAt }) => {
      const isAlive = expiresAt > issuedAt && expiresAt > Date.now() / 1000;
      const isDeep = JSON.stringify(claims).includes('['.repeat(101));
      const isGood = claims.sub === caller.userId && isAlive && !isDeep;
      outcome = isGood ? 'a good token' : `a bad token: ${JSON.stringify(claims)}`;
    },
    (error: unknown) => {
      const code = error instanceof GraphQLError ? String(error.extensions.code) : 'none';
      outcome = known.has(code) ? code : `a strange error: ${String(error)}`;
      const { retryAfter } = error instanceof GraphQLError ? error.extensions : {};
      if (retryAfter !== undefined && !isDelay(retryAfter)) outcome = `a strange delay: ${retryAfter}`;
    },
  );
  for (let waited = 0; waited <= deadline + slack && outcome === undefined; waited += 50) {
    await vi.advanceTimersByTimeAsync(50);
  }
  return outcome ?? 'nothing';
}

function isDelay(retryAfter: unknown): boolean {
  return Number.isInteger(retryAfter) && Number(retryAfter) >= 1 && Number(retryAfter) <= 60;
}

const sessions = ['sess_ada', 'sess_bob', 'sess_eve'] as const;
const steps = fc.array(
  fc.record({
    session: fc.constantFrom(...sessions),
    template: fc.constantFrom('hasura', 'nhost'),
    engine: fc.nat(1),
    pause: fc.constantFrom(0, 10, 1_000, 20_000, 47_000, 70_000),
  }),
  { minLength: 1, maxLength: 12 },
);

describe('with a faulty shared store', () => {
  test.each(behaviours)('every caller gets a token while the store behaves as %s', async (behaviour) => {
    const engine = startEngine({ shared: chaoticSharing({ store: () => behaviour }) });
    for (const session of [...sessions, ...sessions]) {
      expect(await requestToken(engine, session)).toBe('a good token');
      await vi.advanceTimersByTimeAsync(47_000);
    }
    expect(unhandled.splice(0)).toEqual([]);
  });

  test(`every caller gets its own token from any instance (seed ${seed})`, async () => {
    const property = fc.asyncProperty(anyBehaviours, steps, fc.nat(400), async (list, taken, latency) => {
      restart();
      const memory = createMemory();
      const store = endless(list);
      const engines = [0, 1].map(() => startEngine({ shared: chaoticSharing({ memory, store }) }));
      for (const { session, template, engine: index, pause } of taken) {
        const engine = engines[index] as Engine;
        engine.clerk.latency = latency;
        expect(await requestToken(engine, session, { template })).toBe('a good token');
        await vi.advanceTimersByTimeAsync(pause);
      }
      expect(unhandled.splice(0)).toEqual([]);
    });
    await fc.assert(property, { seed, numRuns });
  });

  test(`no caller gets another user's token from a store that mixes up its keys (seed ${seed})`, async () => {
    const property = fc.asyncProperty(anyBehaviours, steps, fc.nat(6), async (list, taken, shift) => {
      restart();
      const memory = createMemory();
      const mixUp = (key: string, keys: string[]) => keys[(keys.indexOf(key) + shift) % keys.length] ?? key;
      const store = endless<Behaviour>([...list, 'well', 'well']);
      const engines = [0, 1].map(() => startEngine({ shared: chaoticSharing({ memory, store, mixUp }) }));
      for (const { session, template, engine, pause } of taken) {
        expect(await requestToken(engines[engine] as Engine, session, { template })).toBe('a good token');
        await vi.advanceTimersByTimeAsync(pause);
      }
      expect(unhandled.splice(0)).toEqual([]);
    });
    await fc.assert(property, { seed, numRuns });
  });

  test('an instance that hangs while it holds the lock does not block other instances', async () => {
    const memory = createMemory();
    const [hanging, engine] = [0, 1].map(() => startEngine({ shared: chaoticSharing({ memory }) })) as [
      Engine,
      Engine,
    ];
    hanging.clerk.answer = () => new Promise(() => {});
    const nothing = hanging.code(aCaller());
    await vi.advanceTimersByTimeAsync(10);
    expect(memory.locks.size).toBe(1);
    expect(await requestToken(engine, 'sess_ada')).toBe('a good token');
    await vi.advanceTimersByTimeAsync(deadline);
    expect(await nothing).toBe('UPSTREAM_UNAVAILABLE');
  });

  test('a forced mint does not return a token that another instance had minted before', async () => {
    const memory = createMemory();
    const slow = (): Behaviour => 'slow';
    const other = startEngine({ shared: chaoticSharing({ memory }) });
    const engine = startEngine({ shared: chaoticSharing({ memory, rateLimit: slow, store: slow }) });
    expect(await requestToken(other, 'sess_ada')).toBe('a good token');
    await vi.advanceTimersByTimeAsync(20_000);
    const requestedAt = Math.floor(Date.now() / 1000);
    const fresh = engine.ask(aCaller(), { mode: 'force' });
    await vi.advanceTimersByTimeAsync(30);
    // Finds the token in the store after the forced request has waited for its rate limit.
    const plain = engine.ask(aCaller());
    await vi.advanceTimersByTimeAsync(1_000);
    await plain;
    expect((await fresh).issuedAt).toBeGreaterThanOrEqual(requestedAt);
  });
});

describe('with a faulty shared rate limit', () => {
  const failing = behaviours.filter((behaviour) => behaviour !== 'well');
  const cases = failing.flatMap((behaviour) =>
    (['cached', 'force'] as const).map((mode) => ({ behaviour, mode })),
  );

  test.each(cases)(
    'a request is answered (mode: $mode) while the rate limit behaves as $behaviour',
    async ({ behaviour, mode }) => {
      const engine = startEngine({ shared: chaoticSharing({ rateLimit: () => behaviour }) });
      expect(['a good token', ...known]).toContain(await requestToken(engine, 'sess_ada', { mode }));
      expect(unhandled.splice(0)).toEqual([]);
    },
  );

  test('tokens are minted again once it works again', async () => {
    const rateLimit = vi.fn((): Behaviour => 'well');
    const engine = startEngine({ shared: chaoticSharing({ rateLimit }), mintBudget: 1 });
    expect(await requestToken(engine, 'sess_ada')).toBe('a good token');
    await vi.advanceTimersByTimeAsync(8_500);
    // Queues until the budget has room again, and then finds the rate limit failing.
    const waiting = requestToken(engine, 'sess_bob');
    await vi.advanceTimersByTimeAsync(0);
    rateLimit.mockReturnValue('rejects');
    expect(['a good token', ...known]).toContain(await waiting);
    await vi.advanceTimersByTimeAsync(15_000);
    rateLimit.mockReturnValue('well');
    expect(await requestToken(engine, 'sess_eve')).toBe('a good token');
    expect(unhandled.splice(0)).toEqual([]);
  });

  test.each(behaviours)(
    'a request is answered while the report of a throttle behaves as %s',
    async (behaviour) => {
      const engine = startEngine({ shared: chaoticSharing({ throttled: () => behaviour }) });
      const throttles = answers.find(isThrottling);
      engine.clerk.answer = throttles ?? (() => undefined);
      expect(await requestToken(engine, 'sess_ada')).toBe('RATE_LIMITED');
      expect(unhandled.splice(0)).toEqual([]);
    },
  );
});

function isThrottling(answer: (typeof answers)[number]): boolean {
  try {
    answer({ sessionId: '', template: '', lifetime: undefined, number: 0 });
    return false;
  } catch (error) {
    return (error as { status?: unknown } | undefined)?.status === 429;
  }
}

describe('with a faulty Clerk', () => {
  test('every answer leads to a token or an error of the gateway', async () => {
    for (const answer of answers) {
      restart();
      const engine = startEngine();
      engine.clerk.answer = answer;
      expect(['a good token', ...known]).toContain(await requestToken(engine, 'sess_ada'));
      await vi.advanceTimersByTimeAsync(10_000);
      expect(unhandled.splice(0)).toEqual([]);
    }
  });

  test(`tokens are minted again once it works again (seed ${seed})`, async () => {
    const some = fc.array(fc.constantFrom(...answers), { minLength: 1, maxLength: 12 });
    const property = fc.asyncProperty(some, anyBehaviours, steps, async (list, storeBehaviours, taken) => {
      restart();
      const engine = startEngine({ shared: chaoticSharing({ store: endless(storeBehaviours) }) });
      const { answer } = engine.clerk;
      const next = endless(list);
      engine.clerk.answer = (call) => next()(call);
      for (const { session, template, pause } of taken) {
        expect(['a good token', ...known]).toContain(await requestToken(engine, session, { template }));
        await vi.advanceTimersByTimeAsync(pause);
      }
      engine.clerk.answer = answer;
      await vi.advanceTimersByTimeAsync(75_000);
      for (const session of sessions) expect(await requestToken(engine, session)).toBe('a good token');
      expect(unhandled.splice(0)).toEqual([]);
    });
    await fc.assert(property, { seed, numRuns });
  });
});
