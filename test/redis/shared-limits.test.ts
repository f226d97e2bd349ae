import { describe, expect, test, vi } from 'vitest';
import { type TestGateway, useGateways } from '../support/gateway.ts';
import { mintEndpoint } from '../support/mint-endpoint.ts';
import { aSession, askFor, connected, outagesOf, undisturbed, useRedis } from '../support/redis-gateways.ts';
import { freePort, hasRedis, withRedis } from '../support/redis-server.ts';

describe.skipIf(!hasRedis)(`limits shared through Redis${withRedis}`, () => {
  const world = useGateways();
  const redis = useRedis();

  const users = ['user_ada', 'user_grace', 'user_support'];

  /** Requests tokens of many sessions of several users from every gateway at once. */
  async function burst(gateways: TestGateway[], each = 8): Promise<(string | undefined)[]> {
    const asked = gateways.flatMap((gateway) =>
      Array.from({ length: each }, (_, at) => askFor(gateway, aSession(world, users[at % users.length]))),
    );
    return (await Promise.all(asked)).map(({ codes }) => codes[0]);
  }

  test('all instances together have one budget of mints', async () => {
    const limits = { redisUrl: redis().url, mintBudget: 9, mintBudgetShare: 0.34 };
    const gateways = [world.start(limits), world.start(limits), world.start(limits)];
    const { codes, mints } = await undisturbed(
      () => gateways,
      async () => {
        await redis().client.flushall();
        const before = world.mints();
        const all = await burst(gateways);
        return { codes: all, mints: world.mints() - before };
      },
    );
    expect(mints).toBe(9);
    expect(codes.filter((code) => code === undefined)).toHaveLength(9);
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(24 - 9);
    // A new instance finds it spent as well.
    const late = world.start(limits);
    await connected(late);
    if (outagesOf(late) === 0) expect((await askFor(late, aSession(world))).codes).toEqual(['RATE_LIMITED']);
  });

  test('without Redis each instance spends its share of the budget', async () => {
    const limits = {
      redisUrl: `redis://127.0.0.1:${await freePort()}`,
      mintBudget: 9,
      mintBudgetShare: 0.34,
    };
    const gateways = [world.start(limits), world.start(limits)];
    await expect.poll(() => outagesOf(...gateways)).toBe(2);
    const codes = await burst(gateways);
    expect(world.mints()).toBe(2 * 3);
    expect(new Set(codes)).toEqual(new Set([undefined, 'RATE_LIMITED']));
  });

  test('when Redis dies within a window, each instance spends its share', async () => {
    const limits = { redisUrl: redis().url, mintBudget: 9, mintBudgetShare: 0.34 };
    const gateways = [world.start(limits), world.start(limits)];
    await connected(...gateways);
    await redis().kill();
    await expect.poll(() => outagesOf(...gateways)).toBeGreaterThanOrEqual(2);
    const codes = await burst(gateways);
    await redis().restart();
    expect(codes.filter((code) => code === undefined).length).toBeGreaterThanOrEqual(2 * 3);
    expect(new Set(codes)).toEqual(new Set([undefined, 'RATE_LIMITED']));
  });

  test('C21 when one user has spent its limit on two instances, the first mint of another succeeds', async () => {
    const limits = { redisUrl: redis().url, mintBudget: 20 };
    const gateways = [world.start(limits), world.start(limits)];
    const { spent, other } = await undisturbed(
      () => gateways,
      async () => {
        await redis().client.flushall();
        const before = world.mints();
        const asked = gateways.flatMap((gateway) =>
          Array.from({ length: 12 }, () => askFor(gateway, aSession(world))),
        );
        const codes = (await Promise.all(asked)).flatMap(({ codes }) => codes);
        expect(new Set(codes)).toEqual(new Set(['RATE_LIMITED']));
        const mints = world.mints() - before;
        const others = gateways.map((gateway) => askFor(gateway, aSession(world, 'user_grace')));
        return { spent: mints, other: (await Promise.all(others)).flatMap(({ codes }) => codes) };
      },
    );
    expect([spent, other]).toEqual([10, []]);
  });

  test('C22 the limit of a session is counted once for two instances', async () => {
    const limits = { redisUrl: redis().url, sessionMintLimit: 10, templates: { hasura: { cache: false } } };
    const gateways = [world.start(limits), world.start(limits)];
    const mints = await undisturbed(
      () => gateways,
      async () => {
        const before = world.mints();
        const session = aSession(world);
        for (let asked = 0; asked < 24; asked += 1) {
          const gateway = gateways[asked % 2];
          if (gateway) await askFor(gateway, session);
        }
        return world.mints() - before;
      },
    );
    expect(mints).toBe(10);
  });

  const throttledOnce = (seconds: number) =>
    world.clerk.controls.answerNext(
      { status: 429, headers: { 'retry-after': String(seconds) } },
      mintEndpoint,
    );
  /** Waits until a gateway refuses to mint, then expects that it calls Clerk no more. */
  async function expectThrottled(gateway: TestGateway): Promise<void> {
    await vi.waitFor(
      async () => expect((await askFor(gateway, aSession(world))).codes).toEqual(['RATE_LIMITED']),
      { timeout: 7_000 },
    );
    const mints = world.mints();
    for (let asked = 0; asked < 5; asked += 1)
      expect((await askFor(gateway, aSession(world))).codes).toEqual(['RATE_LIMITED']);
    expect(world.mints()).toBe(mints);
  }

  test('M10 a 429 of Clerk at one instance throttles every other, and one that starts later', async () => {
    const start = () => world.start({ redisUrl: redis().url });
    const [one, other] = [start(), start()];
    await connected(one, other);
    throttledOnce(30);
    const refused = await one.ask('{ sessionToken(template: "hasura") { jwt } }', {
      session: aSession(world),
    });
    expect(refused.errors[0]?.extensions).toEqual({ code: 'RATE_LIMITED', retryAfter: 30 });
    await expectThrottled(other);
    const late = start();
    await connected(late);
    await expectThrottled(late);
    const { errors } = await late.ask('{ sessionToken(template: "hasura") { jwt } }', {
      session: aSession(world),
    });
    // Counted from the answer of Clerk, not from the message.
    expect(errors[0]?.extensions?.retryAfter).toBeLessThanOrEqual(30);
  });

  test('every instance mints again after the Retry-After of Clerk', async () => {
    const start = () => world.start({ redisUrl: redis().url });
    const gateways = [start(), start()];
    await connected(...gateways);
    const [one] = gateways;
    throttledOnce(1);
    if (one) await askFor(one, aSession(world));
    for (const gateway of gateways)
      await vi.waitFor(async () => expect((await askFor(gateway, aSession(world))).codes).toEqual([]), {
        timeout: 10_000,
        interval: 100,
      });
    expect(await redis().client.exists(...(await redis().client.keys('*:throttled')), 'none')).toBe(0);
  });

  test('a shorter throttle does not shorten a longer one', async () => {
    const start = () => world.start({ redisUrl: redis().url });
    const [one, other, third] = [start(), start(), start()];
    const release = world.clerk.controls.hang(mintEndpoint);
    await connected(one, other, third);
    // Both call Clerk before either knows of the throttle.
    world.clerk.controls.answerNext(
      [30, 1].map((seconds) => ({ status: 429, headers: { 'retry-after': String(seconds) } })),
      mintEndpoint,
    );
    const asked = [askFor(one, aSession(world)), askFor(other, aSession(world))];
    release();
    await Promise.all(asked);
    await expectThrottled(third);
    const [key = ''] = await redis().client.keys('*:throttled');
    expect(await redis().client.pttl(key)).toBeGreaterThan(10_000);
  });

  test('C19 a session has one limit of forced mints for all instances', async () => {
    const gateways = [world.start({ redisUrl: redis().url }), world.start({ redisUrl: redis().url })];
    const query = '{ sessionToken(template: "hasura", fresh: true) { jwt } }';
    const codes = await undisturbed(
      () => gateways,
      async () => {
        const session = aSession(world);
        const all: (string | undefined)[] = [];
        for (let asked = 0; asked < 8; asked += 1)
          all.push((await gateways[asked % 2]?.ask(query, { session }))?.codes[0]);
        return all;
      },
    );
    expect(codes).toEqual([...Array(6).fill(undefined), 'RATE_LIMITED', 'RATE_LIMITED']);
    const [one] = gateways;
    // Another session has its own limit.
    expect((await one?.ask(query, { session: aSession(world) }))?.codes).toEqual([]);
  });
});
