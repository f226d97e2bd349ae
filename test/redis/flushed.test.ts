import { describe, expect, test, vi } from 'vitest';
import { createKeyedHash } from '../../src/crypto/node-keyed-hash.ts';
import { type TestGateway, useGateways } from '../support/gateway.ts';
import { hasRedis, withRedis } from '../support/redis-server.ts';
import { sessionRevoked, userUpdated, webhookSigningSecret } from './clerk-webhooks.ts';
import { aSession, connected, useRedis } from './sharing.ts';

describe.skipIf(!hasRedis)(`a Redis that was flushed${withRedis}`, () => {
  const world = useGateways();
  const redis = useRedis();
  const start = () => world.start({ redisUrl: redis().url, webhookSigningSecret });
  const taken = (answer: () => Promise<Response>) =>
    vi.waitFor(async () => expect((await answer()).status).toBe(200), { timeout: 10_000 });
  const key = () => `mintgate:${new URL(world.clerk.url).host}:revocation`;
  const texts = () => redis().client.hvals(`${key()}-texts`);
  const refused = async () => (await texts()).filter((text) => text.startsWith('refuse:session:')).sort();

  async function isRefused(gateway: TestGateway, bearer: string) {
    const ask = () => gateway.ask('{ sessionToken(template: "hasura") { jwt } }', { bearer });
    await vi.waitFor(async () => expect((await ask()).codes).toEqual(['UNAUTHENTICATED']), {
      timeout: 15_000,
    });
  }

  /** Puts revocations into Redis as other instances would have. */
  async function store(count: number): Promise<void> {
    const keyedHash = createKeyedHash(world.clerk.secretKey);
    const at = Date.now() - 1_000;
    const many = Array.from({ length: count }, (_, number) => {
      const name = `drop:user:${keyedHash.name('user', `user_${number}`)}`;
      const unsigned = `${name}:${(at / 1000).toFixed(3)}:${at}`;
      return { name, text: `${unsigned}:${keyedHash.sign(unsigned)}`, score: at + number / 1_000 };
    });
    await redis().client.hset(`${key()}-texts`, ...many.flatMap(({ name, text }) => [name, text]));
    await redis().client.zadd(`${key()}s`, ...many.flatMap(({ name, score }) => [score, name]));
  }

  test('R09 has its tombstones again within seconds, ten thousand of them, though other things are said meanwhile', async () => {
    await store(10_000);
    const [one, other] = [start(), start()];
    await connected(one, other);
    const sessions = [aSession(world), aSession(world)];
    const bearer = await world.clerk.mintSessionToken(sessions[0] ?? '');
    for (const session of sessions) await taken(() => sessionRevoked(session)(one));
    const before = await refused();
    expect(before).toHaveLength(2);
    // One that starts reads it page by page.
    await isRefused(start(), bearer);

    await redis().client.flushall();
    // One thing that this process keeps, three in Redis.
    for (let change = 0; change < 3; change += 1)
      await taken(() => userUpdated('user_grace', Date.now() + change)(one));
    // Every 5 s they look.
    await vi.waitFor(
      async () => {
        expect(await refused()).toEqual(before);
        expect(await redis().client.hlen(`${key()}-texts`)).toBe(10_003);
      },
      { timeout: 20_000, interval: 100 },
    );
    await isRefused(start(), bearer);
  });
});
