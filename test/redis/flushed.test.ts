import { describe, expect, test, vi } from 'vitest';
import { useGateways } from '../support/gateway.ts';
import { hasRedis, withRedis } from '../support/redis-server.ts';
import { sessionRevoked, userUpdated, webhookSigningSecret } from './clerk-webhooks.ts';
import { aSession, connected, useRedis } from './sharing.ts';

describe.skipIf(!hasRedis)(`a Redis that was flushed${withRedis}`, () => {
  const world = useGateways();
  const redis = useRedis();
  const start = () => world.start({ redisUrl: redis().url, webhookSigningSecret });
  const taken = (answer: () => Promise<Response>) =>
    vi.waitFor(async () => expect((await answer()).status).toBe(200), { timeout: 10_000 });
  const texts = () => redis().client.zrange(`mintgate:${new URL(world.clerk.url).host}:revocations`, 0, -1);
  const refused = async () => (await texts()).filter((text) => text.startsWith('refuse:session:')).sort();

  test.each([
    ['nothing else is said', 0],
    // One thing that this process keeps, three in Redis.
    ['another user changes again and again', 3],
  ])('tombstones are written again within seconds when %s', async (_what, changes) => {
    const [one, other] = [start(), start()];
    await connected(one, other);
    const sessions = [aSession(world), aSession(world)];
    const bearer = await world.clerk.mintSessionToken(sessions[0] ?? '');
    for (const session of sessions) await taken(() => sessionRevoked(session)(one));
    const before = await refused();
    expect(before).toHaveLength(2);

    await redis().client.flushall();
    for (let change = 0; change < changes; change += 1)
      await taken(() => userUpdated('user_grace', Date.now() + change)(one));
    // Every 5 s they look.
    await vi.waitFor(async () => expect(await refused()).toEqual(before), { timeout: 8_000, interval: 100 });
    const late = start();
    await vi.waitFor(
      async () => {
        const { codes } = await late.ask('{ sessionToken(template: "hasura") { jwt } }', { bearer });
        expect(codes).toEqual(['UNAUTHENTICATED']);
      },
      { timeout: 2_000 },
    );
  });
});
