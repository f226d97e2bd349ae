import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createEncryption } from '../../src/crypto/encryption.ts';
import { createKeyRing } from '../../src/crypto/key-ring.ts';
import { digest } from '../../src/crypto/node-digest.ts';
import { createKeyedHash } from '../../src/crypto/node-keyed-hash.ts';
import { createRedisConnection } from '../../src/redis/connection.ts';
import { createRedisSharedCache } from '../../src/redis/shared-cache.ts';
import { clerkErrorBody } from '../support/clerk-errors.ts';
import { useGateways } from '../support/gateway.ts';
import { mintEndpoint } from '../support/mint-endpoint.ts';
import {
  aSession,
  askFor,
  connected,
  everything,
  storedBy,
  subjectOf,
  untilShared,
  useRedis,
} from '../support/redis-gateways.ts';
import { hasRedis, withRedis } from '../support/redis-server.ts';
import { nowSeconds } from '../support/tokens.ts';
import { sessionRevoked, userUpdated, webhookSigningSecret } from './clerk-webhooks.ts';

describe.skipIf(!hasRedis)(`tokens shared through Redis${withRedis}`, () => {
  const world = useGateways();
  const redis = useRedis();
  const start = (options = {}) => world.start({ redisUrl: redis().url, webhookSigningSecret, ...options });

  test('a token that one instance has minted is served by every other', async () => {
    const [one, other, third] = [start(), start(), start()];
    await connected(one, other, third);
    await untilShared(world, one, other, redis());
    await untilShared(world, other, third, redis());
    expect(other.stats()).toMatchObject({ shared: expect.any(Number), refusals: {} });
    expect(other.stats().shared).toBeGreaterThan(0);
  });

  test('a token from Redis is held in memory, and audited as served', async () => {
    const [one, other] = [start(), start()];
    await vi.waitFor(
      async () => {
        const { session } = await storedBy(world, one, redis());
        const before = other.stats();
        await askFor(other, session);
        await askFor(other, session);
        expect(other.stats().shared).toBe(before.shared + 1);
        expect(other.stats().hits.fresh).toBe(before.hits.fresh + 1);
        expect(other.audited.slice(-2).map(({ outcome }) => outcome)).toEqual(['served', 'served']);
      },
      { timeout: 15_000 },
    );
  });

  test('C16 Redis holds no plain tokens, sessions, users or templates', async () => {
    const gateway = start();
    const stored = await storedBy(world, gateway, redis());
    await gateway.ask('{ sessionToken(template: "minimal", fresh: true) { jwt } }', { session: 'sess_ada' });
    expect((await sessionRevoked('sess_ada_globex')(gateway)).status).toBe(200);
    expect((await userUpdated('user_grace')(gateway)).status).toBe(200);
    world.clerk.controls.answerNext({ status: 429, headers: { 'retry-after': '5' } });
    await askFor(gateway, aSession(world));
    await expect.poll(async () => (await everything(redis())).size).toBeGreaterThanOrEqual(5);
    // A busy machine may release a lock late.
    await expect.poll(() => redis().client.keys('*:lock:*')).toEqual([]);

    const all = await everything(redis());
    const { host } = new URL(world.clerk.url);
    // The keys of limits have a hash tag.
    const prefix = new RegExp(`^mintgate:(?:${host}|[{]${host}[}]):`);
    expect([...all.keys()].filter((key) => !prefix.test(key))).toEqual([]);
    const kinds = new Set([...all.keys()].map((key) => key.replace(prefix, '').replace(/:.*/, '')));
    expect([...kinds].sort()).toEqual([
      'budget',
      'fresh-limit',
      'revocation-texts',
      'revocations',
      'session-limit',
      'throttled',
      'token',
      'user-limit',
    ]);
    const text = [...all].flat().join('\n');
    const [head = '', body = '', signature = ''] = stored.jwt.split('.');
    for (const secret of [head, body, signature, stored.session, world.clerk.secretKey])
      expect(text).not.toContain(secret);
    // No three-letter names: a ciphertext may contain them by chance.
    expect(text).not.toMatch(/sess_|user_|sk_test_|hasura|minimal|"(?:iat|exp)"/);
    // The token is not merely encoded either.
    expect(Buffer.from(stored.value.split('|')[1] ?? '', 'base64url').includes(head)).toBe(false);
  });

  test('every key expires, a token when no instance may return it any more', async () => {
    const gateway = start();
    const { key, value } = await storedBy(world, gateway, redis());
    const issuedAt = Number(value.split('|')[0]);
    const left = await redis().client.pttl(key);
    // The template's tokens live 60 s.
    expect(left).toBeGreaterThan(0);
    expect(Date.now() + left).toBeLessThanOrEqual((issuedAt + 60) * 1000 + 2_000);
    await sessionRevoked('sess_ada_globex')(gateway);
    for (const each of await redis().client.keys('*'))
      expect(await redis().client.pttl(each), each).toBeGreaterThan(0);
  });

  test("C18 one key's ciphertext under another key is a miss", async () => {
    const one = start();
    const [ada, also] = [await storedBy(world, one, redis()), await storedBy(world, one, redis())];
    await redis().client.set(ada.key, also.value, 'PX', 50_000);
    await redis().client.set(also.key, ada.value, 'PX', 50_000);
    const other = start();
    await connected(other);
    for (const { session, jwt } of [ada, also]) {
      const mints = world.mints();
      const given = await askFor(other, session);
      expect(given.codes).toEqual([]);
      expect([ada.jwt, also.jwt]).not.toContain(given.jwt);
      expect(jwt).not.toBe(given.jwt);
      expect(world.mints()).toBe(mints + 1);
    }
    expect(other.stats().shared).toBe(0);
  });

  test('C16 a value that was encrypted with another secret is a miss, even under the right key', async () => {
    const [ours, theirs] = [start(), start({ cacheKey: randomBytes(32).toString('hex') })];
    const mine = await storedBy(world, ours, redis());
    const foreign = await storedBy(world, theirs, redis());
    const other = start();
    await connected(other);
    expect((await askFor(other, foreign.session)).jwt).not.toBe(foreign.jwt);
    await redis().client.set(mine.key, foreign.value, 'PX', 50_000);
    const given = await askFor(other, mine.session);
    expect(given.codes).toEqual([]);
    expect([mine.jwt, foreign.jwt]).not.toContain(given.jwt);
    expect(subjectOf(given.jwt)).toBe('user_ada');
  });

  test('instances with the same cacheKey share tokens', async () => {
    const cacheKey = randomBytes(32).toString('hex');
    await untilShared(world, start({ cacheKey }), start({ cacheKey }), redis());
  });

  /** Starts the shared cache of one instance. @param secrets - its cache keys, the newest first */
  async function cacheOf(...secrets: [string, ...string[]]) {
    const log = { warn() {}, info() {}, error() {} };
    const prefix = 'mintgate:test:';
    const connection = createRedisConnection({
      ...{ url: redis().url, prefix, log, now: Date.now },
      // A busy machine may make a command late, and some commands have an effect that a second attempt would see.
      commandTimeoutMs: 5_000,
    });
    await expect.poll(connection.status, { timeout: 10_000 }).toBe('connected');
    onTestFinished(() => connection.close());
    const tokens = createRedisSharedCache({
      ...{ connection, prefix, maxAge: () => 300, now: Date.now, lockName: digest },
      keyRing: createKeyRing(
        () => secrets,
        (secret) => ({ name: createKeyedHash(secret).name, ...createEncryption(secret) }),
      ),
    });
    return {
      write: (jwt: string, issuedAt: number) =>
        tokens.write('key', { jwt, issuedAt, expiresAt: issuedAt + 60 }),
      read: () => tokens.read('key'),
      drop: () => tokens.drop('key'),
      lock: () => tokens.lock('key'),
    };
  }

  type Secrets = [string, ...string[]];

  /** Starts the shared caches of instances. @param secrets - the cache keys of each, the newest first */
  function cachesOf<const Lists extends readonly Secrets[]>(...secrets: Lists) {
    type Caches = { -readonly [At in keyof Lists]: Awaited<ReturnType<typeof cacheOf>> };
    return Promise.all(secrets.map((list) => cacheOf(...list))) as Promise<Caches>;
  }

  const stored = () => redis().client.keys('mintgate:test:token:*');
  const [a, b] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];

  test('instances share a token by every key that they have in common', async () => {
    const [old, prepared, rotated, done] = await cachesOf([a], [a, b], [b, a], [b]);
    const iat = nowSeconds() - 30;
    await old.write('of the old', iat);
    expect(await prepared.read()).toEqual({ jwt: 'of the old' });
    expect(await rotated.read()).toEqual({ jwt: 'of the old' });
    expect(await done.read()).toBeUndefined();
    await done.write('of the new', iat + 1);
    expect(await prepared.read()).toEqual({ jwt: 'of the new' });
    expect(await old.read()).toEqual({ jwt: 'of the old' });
    await rotated.write('newest', iat + 2);
    for (const one of [old, prepared, rotated, done]) expect(await one.read()).toEqual({ jwt: 'newest' });
    await prepared.write('older', iat);
    for (const one of [old, prepared, rotated, done]) expect(await one.read()).toEqual({ jwt: 'newest' });
    await prepared.drop();
    expect(await stored()).toEqual([]);
  });

  test('the name and the value of a token are those of earlier releases', async () => {
    const iat = nowSeconds();
    const [cache] = await cachesOf([a]);
    await cache.write('token', iat);
    const name = `mintgate:test:token:${createKeyedHash(a).name('token', 'key')}`;
    expect(await stored()).toEqual([name]);
    const [at, encrypted = ''] = (await redis().client.get(name))?.split('|') ?? [];
    expect(at).toBe(String(iat));
    expect(createEncryption(a).decrypt(encrypted, `${name} ${iat}`)).toBe('token');
  });

  test('one lock holds for instances that have no key in common', async () => {
    const [old, rotated, done] = await cachesOf([a], [b, a], [b]);
    const unlock = await old.lock();
    expect(unlock).toBeTypeOf('function');
    expect(await done.lock()).toBeUndefined();
    expect(await rotated.lock()).toBeUndefined();
    await unlock?.();
    expect(await done.lock()).toBeTypeOf('function');
  });

  test('garbage and values of another type under one key hide no token under another', async () => {
    const [rotated, old, done] = await cachesOf([b, a], [a], [b]);
    const iat = nowSeconds();
    await done.write('other', iat - 10);
    const [newName = ''] = await stored();
    await old.write('token', iat);
    for (const garbage of ['garbage', `${iat + 9}|${'a'.repeat(80)}`]) {
      await redis().client.set(newName, garbage);
      expect(await rotated.read()).toEqual({ jwt: 'token' });
      expect(await redis().client.exists(newName)).toBe(0);
    }
    await redis().client.rpush(newName, 'a', 'list');
    // The first read fails and deletes the list.
    await expect(rotated.read()).rejects.toThrow('WRONGTYPE');
    expect(await rotated.read()).toEqual({ jwt: 'token' });
    expect(await stored()).toHaveLength(1);
  });

  test('a value that was copied from the name of one key to the name of another is garbage', async () => {
    const [rotated, old] = await cachesOf([b, a], [a]);
    await old.write('token', nowSeconds());
    const [oldName = ''] = await stored();
    await rotated.write('token', nowSeconds());
    const newName = (await stored()).find((name) => name !== oldName) ?? '';
    await redis().client.rename(oldName, newName);
    expect(await rotated.read()).toBeUndefined();
    expect(await stored()).toEqual([]);
  });

  test('a token replaces an older one and garbage, but never a newer one', async () => {
    const [{ write, read }] = await cachesOf([a]);
    const iat = nowSeconds();
    await write('first', iat);
    await write('older', iat - 10);
    expect(await read()).toEqual({ jwt: 'first' });
    await write('same second', iat);
    expect(await read()).toEqual({ jwt: 'same second' });
    await write('newer', iat + 2.5);
    await write('older again', iat + 2);
    expect(await read()).toEqual({ jwt: 'newer' });
    await write('expired', iat - 100);
    expect(await read()).toEqual({ jwt: 'newer' });

    const [tokenKey = ''] = await redis().client.keys('mintgate:test:token:*');
    for (const garbage of ['', '|', 'x|y', `-1|${'a'.repeat(80)}`, 'NaN|x', '1e9999|x', '..|x', '1.2.3|x']) {
      await redis().client.set(tokenKey, garbage);
      await write('healed', iat);
      expect(await read(), garbage).toEqual({ jwt: 'healed' });
    }
    await redis().client.del(tokenKey);
    await redis().client.rpush(tokenKey, 'a', 'list');
    await write('healed', iat);
    expect(await read()).toEqual({ jwt: 'healed' });
  });

  test('M05 when Clerk no longer knows a template, its token is dropped for every instance', async () => {
    const [one, other] = [start(), start()];
    await connected(one, other);
    const { session, key } = await storedBy(world, one, redis());
    world.clerk.controls.answerAlways(
      { status: 404, body: clerkErrorBody('resource_not_found', 'JWT template not found') },
      mintEndpoint,
    );
    await one.ask('{ sessionToken(template: "hasura", fresh: true) { jwt } }', { session });
    await expect.poll(() => redis().client.exists(key)).toBe(0);
    expect((await askFor(other, session)).codes).toEqual(['TEMPLATE_NOT_FOUND']);
  });
});
