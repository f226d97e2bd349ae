import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { forceRules, mintRules } from '../../src/mint/limits/limit-rules.ts';
import type { LimitRule, RateLimit } from '../../src/mint/limits/rate-limit.ts';
import { createRedisConnection } from '../../src/redis/connection.ts';
import { createRedisRateLimit } from '../../src/redis/rate-limit.ts';
import { useRedis } from '../support/redis-gateways.ts';
import { hasRedis, withRedis } from '../support/redis-server.ts';

/** Queued calls of other users. */
const queued = (all: number) => ({ sessionId: 0, userId: 0, all });
const ada = { userId: 'user_ada', sessionId: 'sess_ada' };
const grace = { userId: 'user_grace', sessionId: 'sess_grace' };
const slots = 20;
const silent = { warn: () => {}, info: () => {}, error: () => {} };

describe.skipIf(!hasRedis)(`rate limits in Redis${withRedis}`, () => {
  const redis = useRedis();

  async function limitOf(rules: readonly LimitRule[]): Promise<RateLimit> {
    const connection = createRedisConnection({
      url: redis().url,
      prefix: 'mintgate:test:',
      log: silent,
      now: Date.now,
      // A busy machine may make a command late.
      commandTimeoutMs: 5_000,
    });
    onTestFinished(() => connection.close());
    await expect.poll(connection.status).toBe('connected');
    return createRedisRateLimit({
      connection,
      prefix: 'mintgate:{test}:',
      rules: () => rules,
      nameOf: (kind, text) => `${kind}-${text}`,
    });
  }

  test('C24 no window holds more mints than the limit, with bursts of two instances', async () => {
    const windowMs = 1_000;
    const rules: LimitRule[] = [{ name: 'budget', per: 'all', windowMs, slots, max: 5 }];
    const limits = [await limitOf(rules), await limitOf(rules)];
    // Each mint was counted between its request and its answer.
    const taken: { asked: number; answered: number }[] = [];
    const take = async (limit: RateLimit) => {
      const asked = performance.now();
      // On a busy machine a command may time out; whether it was counted is not known then.
      const result = await limit.take(ada).catch(() => undefined);
      if (result?.kind === 'taken') taken.push({ asked, answered: performance.now() });
    };
    const end = performance.now() + 3_500;
    while (performance.now() < end) {
      await Promise.all(limits.flatMap((limit) => [take(limit), take(limit)]));
      await sleep(20);
    }
    expect(taken.length).toBeGreaterThanOrEqual(10);
    const surely = taken.map(
      ({ asked }) =>
        taken.filter((other) => other.asked >= asked && other.answered < asked + windowMs).length,
    );
    expect(Math.max(...surely)).toBeLessThanOrEqual(5);
  });

  test('a mint is counted in all limits or in none, and a refusal names the limit and the time', async () => {
    const limit = await limitOf(mintRules({ budget: 6, userShare: 0.25, sessionLimit: 2 }));
    const results = [];
    for (let asked = 0; asked < 3; asked += 1) results.push(await limit.take(ada));
    results.push(await limit.take({ ...ada, sessionId: 'sess_ada-2' }));
    results.push(await limit.take({ ...ada, sessionId: 'sess_ada-2' }));
    for (let asked = 0; asked < 4; asked += 1)
      results.push(await limit.take({ ...grace, sessionId: `sess_grace-${asked}` }));
    results.push(await limit.take({ userId: 'user_eve', sessionId: 'sess_eve' }));
    expect(results.map((result) => (result.kind === 'taken' ? 'taken' : result.limit))).toEqual([
      ...['taken', 'taken', 'session-limit', 'taken', 'user-limit'],
      ...['taken', 'taken', 'taken', 'user-limit', 'budget'],
    ]);
    const spent = results.at(-1);
    expect(spent).toMatchObject({ kind: 'spent', retryInMs: expect.any(Number) });
    const { retryInMs } = spent as { retryInMs: number };
    expect(retryInMs).toBeGreaterThan(5_000);
    expect(retryInMs).toBeLessThanOrEqual(10_100);
  });

  test('queued calls count in the limit that they wait for', async () => {
    const limit = await limitOf(mintRules({ budget: 6, userShare: 0.5, sessionLimit: 4 }));
    expect(await limit.take(ada, queued(5))).toEqual({ kind: 'taken' });
    expect(await limit.take(ada, queued(5))).toMatchObject({ kind: 'spent', limit: 'budget' });
    expect(await limit.take(ada, queued(4))).toEqual({ kind: 'taken' });
    // More than the window can hold: the answer is one window.
    expect(await limit.take(ada, queued(90))).toEqual({ kind: 'spent', limit: 'budget', retryInMs: 10_000 });
  });

  test('every key expires, has a hash tag, and holds no more counts than a window has slots', async () => {
    const rules: LimitRule[] = [{ name: 'user-limit', per: 'userId', windowMs: 400, slots, max: 100_000 }];
    const limit = await limitOf(rules);
    for (let asked = 0; asked < 60; asked += 1) {
      await limit.take(ada).catch(() => {});
      await sleep(12);
    }
    const [key = '-', ...others] = await redis().client.keys('*');
    expect([key, others]).toEqual(['mintgate:{test}:user-limit:user-limit-user_ada', []]);
    expect(await redis().client.hlen(key)).toBeLessThanOrEqual(slots + 1);
    expect(await redis().client.pttl(key)).toBeGreaterThan(0);
    await expect.poll(() => redis().client.exists(key)).toBe(0);
  });

  test.each<[string, (key: string) => Promise<unknown>]>([
    ['a text', (key) => redis().client.set(key, '7')],
    ['a list', (key) => redis().client.rpush(key, 'a', 'b')],
    ['a hash of words', (key) => redis().client.hset(key, 'a', 'b', '1', 'c')],
    ['a count in the far future', (key) => redis().client.hset(key, '99999999999', '1000')],
    [
      'a count below zero',
      (key) => redis().client.hset(key, String(Math.floor(Date.now() / 3_000)), '-1000'),
    ],
    ['a huge count', (key) => redis().client.hset(key, String(Math.floor(Date.now() / 3_000)), '1e300')],
    ['values that are not numbers', (key) => redis().client.hset(key, 'nan', 'inf', '-inf', 'nan')],
    [
      'a hash of a hundred thousand fields',
      async (key) => {
        const numbers = Array.from({ length: 100_000 }, (_, at) => [String(at), '1']).flat();
        for (let at = 0; at < numbers.length; at += 10_000)
          await redis().client.hset(key, ...numbers.slice(at, at + 10_000));
      },
    ],
  ])('C16 %s at the key of a limit is replaced', async (_what, spoil) => {
    const limit = await limitOf(forceRules);
    await spoil('mintgate:{test}:fresh-limit:fresh-limit-sess_ada');
    const take = async () => {
      // The deletion of a large hash may take longer than the command timeout.
      for (let tries = 0; tries < 50; tries += 1) {
        const result = await limit.take(ada).catch(() => sleep(100));
        if (result) return result.kind;
      }
      return 'no answer';
    };
    const results = [];
    for (let asked = 0; asked < 7; asked += 1) results.push(await take());
    expect(results).toEqual([...Array(6).fill('taken'), 'spent']);
  });
});
