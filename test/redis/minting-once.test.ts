import { describe, expect, test } from 'vitest';
import { tokenQuery } from '../support/answer.ts';
import { type TestGateway, useGateways } from '../support/gateway.ts';
import { mintEndpoint } from '../support/mint-endpoint.ts';
import {
  aSession,
  askFor,
  connected,
  lockOf,
  outagesOf,
  storedBy,
  undisturbed,
  useRedis,
} from '../support/redis-gateways.ts';
import { hasRedis, withRedis } from '../support/redis-server.ts';

describe.skipIf(!hasRedis)(`one mint for all instances${withRedis}`, () => {
  const world = useGateways();
  const redis = useRedis();
  const start = () => world.start({ redisUrl: redis().url });
  const askAtOnce = async (gateways: TestGateway[], session: string) => {
    const bearer = await world.clerk.mintSessionToken(session);
    const variables = { template: 'hasura' };
    return Promise.all(gateways.map((gateway) => gateway.ask(tokenQuery, { bearer, variables })));
  };

  test('C20 16 instances that miss one key at once mint it once or twice', async () => {
    const gateways = Array.from({ length: 16 }, start);
    world.clerk.controls.setLatency(100, mintEndpoint);
    const { answers, mints } = await undisturbed(
      () => gateways,
      async () => {
        const before = world.mints();
        const all = await askAtOnce(gateways, aSession(world));
        return { answers: all, mints: world.mints() - before };
      },
    );
    expect(answers.flatMap(({ codes }) => codes)).toEqual([]);
    const tokens = new Set(answers.map(({ data }) => data.sessionToken.jwt));
    expect(tokens.size).toBe(mints);
    expect(mints).toBeGreaterThanOrEqual(1);
    expect(mints).toBeLessThanOrEqual(2);
  });

  test('C20 each of 16 instances mints alone when Redis dies during their mint', async () => {
    const gateways = Array.from({ length: 16 }, start);
    await connected(...gateways);
    world.clerk.controls.setLatency(300, mintEndpoint);
    const answers = askAtOnce(gateways, aSession(world));
    await expect.poll(() => world.mints(), { interval: 5 }).toBeGreaterThan(0);
    await redis().kill();
    expect((await answers).flatMap(({ codes }) => codes)).toEqual([]);
    await redis().restart();
  });

  test('when the instance that mints has died, the others mint after half a second', async () => {
    const gateway = start();
    const { session, key } = await storedBy(world, gateway, redis());
    const others = [start(), start(), start()];
    const lock = await lockOf(world, session);
    const { answers, waited, mints, locked } = await undisturbed(
      () => others,
      async () => {
        await redis().client.unlink(key);
        await redis().client.set(lock, 'of a dead instance', 'PX', 60_000);
        const [before, began] = [world.mints(), performance.now()];
        const all = await askAtOnce(others, session);
        const [waited, locked] = [performance.now() - began, await redis().client.exists(lock)];
        return { answers: all, waited, mints: world.mints() - before, locked };
      },
    );
    expect(answers.flatMap(({ codes }) => codes)).toEqual([]);
    // They do not wait until the lock expires.
    expect(locked).toBe(1);
    if (outagesOf(...others) === 0) expect(waited).toBeGreaterThan(400);
    expect(mints).toBeLessThanOrEqual(3);
    expect(mints).toBeGreaterThan(0);
  });

  test('C20 when Clerk refuses the mint of one instance, the waiting instances do not all mint at once', async () => {
    const gateways = Array.from({ length: 16 }, start);
    world.clerk.controls.setLatency(100, mintEndpoint);
    const mints = await undisturbed(
      () => gateways,
      async () => {
        const before = world.mints();
        world.clerk.controls.answerNext({ status: 400, body: { errors: [] } }, mintEndpoint);
        await askAtOnce(gateways, aSession(world));
        return world.mints() - before;
      },
    );
    // The refused mint, and one or two more.
    expect(mints).toBeLessThanOrEqual(3);
  });

  test('an instance unlocks the key after a failed mint', async () => {
    const [one, other] = [start(), start()];
    const session = aSession(world);
    world.clerk.controls.answerAlways({ status: 404, body: { errors: [] } }, mintEndpoint);
    await undisturbed(
      () => [one],
      async () => expect((await askFor(one, session)).codes).toEqual(['UPSTREAM_UNAVAILABLE']),
    );
    world.clerk.controls.answerAlways(null, mintEndpoint);
    await expect.poll(() => redis().client.keys('*:lock:*')).toEqual([]);
    await connected(other);
    expect((await askFor(other, session)).codes).toEqual([]);
  });
});
