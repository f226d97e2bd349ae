import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { shareThroughRedis } from '../../src/redis/share-through-redis.ts';
import { useRedis } from '../support/redis-gateways.ts';
import { hasRedis, startRedis, withRedis } from '../support/redis-server.ts';
import { nowSeconds } from '../support/tokens.ts';

describe.skipIf(!hasRedis)(`instances that share through Redis${withRedis}`, () => {
  const redis = useRedis();
  const secrets = [randomBytes(32).toString('hex')] as const;

  function start(knownTexts: () => string[] = () => []) {
    const revocations: string[] = [];
    const throttles: number[] = [];
    const sharing = shareThroughRedis({
      ...{ url: redis().url, secrets: () => secrets, instance: 'clerk.example.com', maxAge: () => 300 },
      keepFor: () => 60_000,
      onRevocation: (text) => void revocations.push(text),
      onThrottled: (milliseconds) => void throttles.push(milliseconds),
      knownTexts,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      now: Date.now,
    });
    onTestFinished(() => sharing.close());
    return { ...sharing, revocations, throttles };
  }

  // A busy machine may make a command late.
  const retried = <T>(run: () => Promise<T>) => vi.waitFor(run, { timeout: 10_000 });

  async function startTwo() {
    const [one, other] = [start(), start()];
    await expect.poll(() => [one.status(), other.status()]).toEqual(['connected', 'connected']);
    return { one, other };
  }

  test('read the tokens of each other', async () => {
    const { one, other } = await startTwo();
    const issuedAt = nowSeconds();
    const token = { jwt: 'a token', issuedAt, expiresAt: issuedAt + 60 };
    await retried(() => one.minting.tokens.write('key', token));
    expect(await retried(() => other.minting.tokens.read('key'))).toEqual({ jwt: 'a token' });
  });

  test('count in one rate limit, whose keys have a hash tag', async () => {
    const { one, other } = await startTwo();
    const rule = { name: 'budget', per: 'all', max: 1_000, windowMs: 10_000, slots: 10 } as const;
    const ada = { userId: 'user_ada', sessionId: 'sess_ada' };
    for (const { minting } of [one, other]) await retried(() => minting.rateLimit(() => [rule]).take(ada));
    const key = 'mintgate:{clerk.example.com}:budget:all';
    const counts = Object.values(await redis().client.hgetall(key)).map(Number);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(2);
  });

  test('receive the revocations and throttles of each other', async () => {
    const { one, other } = await startTwo();
    const text = 'refuse:session:name:1.000:1:signature';
    await retried(() => one.signals.revoke([text]));
    await expect.poll(() => other.revocations).toContain(text);
    await retried(async () => {
      one.minting.publishThrottle(5_000);
      expect(other.throttles.length).toBeGreaterThan(0);
    });
  });

  test('take their revocations to another Redis', async () => {
    const server = await startRedis();
    onTestFinished(() => server.close());
    const text = 'refuse:session:name:1.000:1:signature';
    const one = start(() => [text]);
    await expect.poll(one.status).toBe('connected');
    one.moveTo(server.url);
    const stored = () => server.client.hvals('mintgate:clerk.example.com:revocation-texts');
    await expect.poll(stored, { timeout: 10_000 }).toEqual([text]);
  });

  test('learn that Redis became connected, and end with close', async () => {
    const one = start();
    const onConnected = vi.fn();
    one.onConnected(onConnected);
    await expect.poll(() => onConnected.mock.calls.length).toBeGreaterThan(0);
    one.close();
    expect(one.status()).toBe('away');
  });
});
