import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { describe, expect, test, vi } from 'vitest';
import { type TestGateway, useGateways } from '../support/gateway.ts';
import {
  aSession,
  askFor,
  connected,
  lockOf,
  outagesOf,
  storedBy,
  subjectOf,
  undisturbed,
  untilShared,
  useRedis,
} from '../support/redis-gateways.ts';
import { hasRedis, withRedis } from '../support/redis-server.ts';
import { sessionRevoked, webhookSigningSecret } from './clerk-webhooks.ts';

/** Replaces the value of a key with garbage. */
type Spoil = (redis: Redis, key: string, there: string) => Promise<unknown>;

const kinds: [what: string, spoil: Spoil][] = [
  ['an empty text', (redis, key) => redis.set(key, '')],
  ['a text', (redis, key) => redis.set(key, 'garbage')],
  ['random bytes', (redis, key) => redis.set(key, randomBytes(300))],
  ['a megabyte', (redis, key) => redis.set(key, 'x'.repeat(1_000_000))],
  ['a JWT in clear', (redis, key) => redis.set(key, 'eyJhbGciOiJub25lIn0.e30.')],
  ['a list', (redis, key) => redis.rpush(key, 'a', 'b')],
  ['a hash', (redis, key) => redis.hset(key, 'a', 'b')],
  ['a set', (redis, key) => redis.sadd(key, 'a', 'b')],
  ['a sorted set', (redis, key) => redis.zadd(key, Date.now(), 'a', Date.now(), 'refuse:user:x:1:1')],
  ['a stream', (redis, key) => redis.xadd(key, '*', 'a', 'b')],
  ['half of the value', (redis, key, there) => redis.set(key, there.slice(0, there.length / 2))],
  ['an iat in the future', (redis, key, there) => redis.set(key, there.replace(/^\d+/, '9999999999'))],
  ['an iat that is not a number', (redis, key, there) => redis.set(key, there.replace(/^\d+/, 'NaN'))],
  [
    'one bit changed',
    (redis, key, there) =>
      redis.set(
        key,
        there.replace(/.$/, (c) => (c === 'A' ? 'Q' : 'A')),
      ),
  ],
];

describe.skipIf(!hasRedis)(`garbage in Redis${withRedis}`, () => {
  const world = useGateways();
  const redis = useRedis();
  const start = (options = {}) => world.start({ redisUrl: redis().url, webhookSigningSecret, ...options });
  const host = () => new URL(world.clerk.url).host;
  const prefix = () => `mintgate:${host()}:`;
  const limit = (name: string) => `mintgate:{${host()}}:${name}`;

  test.each(kinds)('C16 %s at every key counts as an empty key, and is replaced', async (_what, spoil) => {
    const one = start();
    const { session, jwt, key, value } = await storedBy(world, one, redis());
    const { client } = redis();
    await one.ask('{ sessionToken(template: "minimal", fresh: true) { jwt } }', { session });
    await sessionRevoked('sess_grace_acme')(one);
    const all = await client.keys('*');
    expect(all.length).toBeGreaterThanOrEqual(4);
    for (const name of all) await client.unlink(name);
    for (const name of [...all, `${prefix()}throttled`]) await spoil(client, name, value);

    const other = start();
    await connected(other);
    const given = await askFor(other, session);
    expect(given.codes).toEqual([]);
    expect(subjectOf(given.jwt)).toBe('user_ada');
    expect(given.jwt).not.toBe(jwt);
    const fresh = await other.ask('{ sessionToken(template: "minimal", fresh: true) { jwt } }', {
      session,
    });
    expect(fresh.codes).toEqual([]);

    // The next instance finds the token that has replaced the garbage.
    await vi.waitFor(
      async () => {
        const next = start();
        await connected(next);
        await askFor(next, session);
        expect(next.stats()).toMatchObject({ shared: 1, mints: 0 });
      },
      { timeout: 10_000 },
    );
    expect(await client.get(key)).toMatch(/^\d+\|/);
    expect(await client.ttl(key)).toBeGreaterThan(0);
    // Revocations are stored, and mints are counted, as before.
    await vi.waitFor(async () => expect((await sessionRevoked(session)(one)).status).toBe(200), {
      timeout: 10_000,
    });
    await expect.poll(async () => (await askFor(other, session)).codes).toEqual(['UNAUTHENTICATED']);
    await vi.waitFor(
      async () => {
        await askFor(other, aSession(world));
        expect(Object.values(await client.hgetall(limit('budget:all')))).toContainEqual(
          expect.stringMatching(/^\d+$/),
        );
        expect(await client.pttl(limit('budget:all'))).toBeGreaterThan(0);
      },
      { timeout: 10_000 },
    );
  });

  test('C16 garbage at the key of a lock does not delay every mint', async () => {
    const one = start();
    const { session, key } = await storedBy(world, one, redis());
    const lock = await lockOf(world, session);
    for (const spoil of [
      () => redis().client.set(lock, 'garbage'),
      () => redis().client.rpush(lock, 'a', 'list'),
    ]) {
      await redis().client.flushall();
      await spoil();
      await undisturbed(
        () => [one],
        async () => {
          // Other instances request the same key meanwhile.
          await redis().client.unlink(key);
          const other = start();
          await connected(other);
          expect((await askFor(other, session)).codes).toEqual([]);
        },
      );
      expect(await redis().client.pttl(lock), 'a lock without an owner expires').not.toBe(-1);
    }
  });

  test('C16 a value that is too large to read in time is removed', async () => {
    const one = start();
    const { session, key } = await storedBy(world, one, redis());
    await redis().client.setrange(key, 250_000_000, 'x');
    const ask = async (gateway: TestGateway) => {
      await connected(gateway);
      const given = await askFor(gateway, session);
      expect(given.codes).toEqual([]);
      expect(subjectOf(given.jwt)).toBe('user_ada');
    };
    const others = [start(), start(), start()];
    for (const other of others) await ask(other);
    // The first request may time out on it; the next one finds it gone.
    expect(outagesOf(...others.slice(1))).toBe(0);
    expect(await redis().client.strlen(key)).toBeLessThan(100_000);
  });

  test('C16 a stored throttle longer than 60 s is ignored', async () => {
    await redis().client.set(`${prefix()}throttled`, '1', 'PX', 86_400_000);
    const gateway = start();
    await connected(gateway);
    // Long enough for the key to be read.
    for (let asked = 0; asked < 10; asked += 1) {
      expect((await askFor(gateway, aSession(world))).codes).toEqual([]);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  });

  test('C16 foreign messages on the channel are ignored', async () => {
    const gateway = start();
    await connected(gateway);
    for (const message of [
      '',
      'x',
      'throttled:',
      'throttled:-1',
      'throttled:1e9',
      'refuse:session:x',
      'refuse:user:a:1:1',
    ])
      await redis().client.publish(`${prefix()}signals`, message);
    await redis().client.publish(`${prefix()}signals`, randomBytes(100_000));
    await untilShared(world, gateway, gateway, redis());
    expect((await askFor(gateway, aSession(world))).codes).toEqual([]);
  });
});

describe.skipIf(!hasRedis)(`a Redis with full memory${withRedis}`, () => {
  const world = useGateways();
  const redis = useRedis(['--maxmemory-policy', 'noeviction']);
  const refusals = ({ logLines }: TestGateway) =>
    logLines.map((line) => JSON.parse(line)).filter(({ msg }) => /^Redis refuses/.test(msg));
  const fill = () => redis().client.config('SET', 'maxmemory', '1');
  const makeRoom = () => redis().client.config('SET', 'maxmemory', '0');

  test('C16 is not used, and logged once', async () => {
    await fill();
    const gateway = world.start({ redisUrl: redis().url });
    await connected(gateway);
    for (let asked = 0; asked < 20; asked += 1) {
      const given = await askFor(gateway, aSession(world));
      expect(given.codes).toEqual([]);
      expect((await askFor(gateway, aSession(world))).jwt).toBeTypeOf('string');
    }
    expect(refusals(gateway)).toEqual([expect.objectContaining({ level: 50, why: 'OOM' })]);
    await makeRoom();
    await untilShared(world, gateway, world.start({ redisUrl: redis().url }), redis());
  });

  test('keeps the counts of the budget from before', async () => {
    await makeRoom();
    const gateway = world.start({ redisUrl: redis().url });
    await connected(gateway);
    const spent = async () => {
      const [key = '-'] = await redis().client.keys('*:budget:all');
      const counts = Object.values(await redis().client.hgetall(key));
      return counts.reduce((sum, count) => sum + Number(count), 0);
    };
    const spentMore = async () => {
      await askFor(gateway, aSession(world));
      return spent();
    };
    await expect.poll(spentMore).toBeGreaterThanOrEqual(3);
    const before = await spent();
    await fill();
    await askFor(gateway, aSession(world));
    expect(await spent()).toBeGreaterThanOrEqual(before);
    await makeRoom();
  });
});
