import { randomBytes } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { createEncryption } from '../../src/crypto/encryption.ts';
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

  test('a token replaces an older one and garbage, but never a newer one', async () => {
    const log = { warn() {}, info() {}, error() {} };
    const connection = createRedisConnection({
      url: redis().url,
      prefix: 'mintgate:test:',
      log,
      now: Date.now,
    });
    try {
      const secret = randomBytes(32).toString('hex');
      const tokens = createRedisSharedCache({
        connection,
        keyedHash: createKeyedHash(secret),
        encryption: createEncryption(secret),
        prefix: 'mintgate:test:',
        maxAge: () => 300,
        now: Date.now,
      });
      const iat = nowSeconds();
      const write = (jwt: string, issuedAt: number) =>
        vi.waitFor(() => tokens.write('key', { jwt, issuedAt, expiresAt: issuedAt + 60 }), {
          timeout: 10_000,
        });
      const read = () => vi.waitFor(() => tokens.read('key'), { timeout: 10_000 });

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
      for (const garbage of [
        '',
        '|',
        'x|y',
        `-1|${'a'.repeat(80)}`,
        'NaN|x',
        '1e9999|x',
        '..|x',
        '1.2.3|x',
      ]) {
        await redis().client.set(tokenKey, garbage);
        await write('healed', iat);
        expect(await read(), garbage).toEqual({ jwt: 'healed' });
      }
      await redis().client.del(tokenKey);
      await redis().client.rpush(tokenKey, 'a', 'list');
      await write('healed', iat);
      expect(await read()).toEqual({ jwt: 'healed' });
    } finally {
      connection.close();
    }
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
