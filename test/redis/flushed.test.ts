import { describe, expect, test, vi } from 'vitest';
import { createKeyedHash } from '../../src/crypto/node-keyed-hash.ts';
import { type TestGateway, useGateways } from '../support/gateway.ts';
import { aSession, connected, useRedis } from '../support/redis-gateways.ts';
import { hasRedis, withRedis } from '../support/redis-server.ts';
import { sessionRevoked, userUpdated, webhookSigningSecret } from './clerk-webhooks.ts';

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

  /** Stores revocations in Redis as other instances do. */
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

  test('R09 has ten thousand revocations again within seconds, even when new ones are stored meanwhile', async () => {
    await store(10_000);
    const [one, other] = [start(), start()];
    await connected(one, other);
    const sessions = [aSession(world), aSession(world)];
    const bearer = await world.clerk.mintSessionToken(sessions[0] ?? '');
    for (const session of sessions) await taken(() => sessionRevoked(session)(one));
    const before = await refused();
    expect(before).toHaveLength(2);
    // A new instance reads the set page by page.
    await isRefused(start(), bearer);

    await redis().client.flushall();
    // One entry in the memory of this process, three texts in Redis.
    for (let change = 0; change < 3; change += 1)
      await taken(() => userUpdated('user_grace', Date.now() + change)(one));
    // The instances reload every 5 s.
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
