import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { tokenQuery } from '../support/answer.ts';
import { type TestGateway, useGateways } from '../support/gateway.ts';
import {
  aSession,
  askFor,
  connected,
  redisStatesOf,
  untilShared,
  useRedis,
} from '../support/redis-gateways.ts';
import { hasRedis, type RedisServer, withRedis } from '../support/redis-server.ts';

describe.skipIf(!hasRedis)(`an outage of Redis${withRedis}`, () => {
  const world = useGateways();
  const redis = useRedis();
  const start = () => world.start({ redisUrl: redis().url });

  /** Sends requests to gateways without a pause, for held and for new tokens. @returns stops it and returns the error codes */
  function load(gateways: TestGateway[]) {
    const codes: (string | undefined)[] = [];
    let going = true;
    const run = async (gateway: TestGateway) => {
      const bearer = await world.clerk.mintSessionToken('sess_ada');
      const held = { bearer, variables: { template: 'hasura' } };
      for (let asked = 0; going; asked += 1) {
        codes.push(...(await gateway.ask(tokenQuery, held)).codes);
        if (asked % 5 === 0) codes.push(...(await askFor(gateway, aSession(world))).codes);
        await sleep(5);
      }
    };
    const ended = Promise.all(gateways.map(run));
    return async () => {
      going = false;
      await ended;
      return codes;
    };
  }

  /** Expects one log line for each change of the state. */
  function expectOneLineEach(gateways: TestGateway[]): void {
    for (const gateway of gateways) {
      const states = redisStatesOf(gateway);
      expect(states.filter((state, at) => state === states[at - 1])).toEqual([]);
      const lines = gateway.logLines
        .map((line) => JSON.parse(line) as { level: number; msg: string })
        .filter(({ msg }) => /Redis/.test(msg));
      expect(lines.filter(({ msg }) => /is unavailable/.test(msg)).every(({ level }) => level === 40)).toBe(
        true,
      );
      expect(lines.every(({ level }) => level <= 40)).toBe(true);
    }
  }

  const faults: [what: string, cause: (server: RedisServer) => Promise<unknown>][] = [
    [
      'is killed and comes back',
      async (server) => {
        await server.kill();
        await sleep(1_200);
        await server.restart();
      },
    ],
    ['is restarted', (server) => server.restart()],
    [
      'hangs and goes on',
      async (server) => {
        server.pause();
        await sleep(1_500);
        server.resume();
      },
    ],
    [
      'hangs for longer than the connections are kept, and goes on',
      async (server) => {
        server.pause();
        await sleep(4_000);
        server.resume();
      },
    ],
    ['is late once', (server) => server.client.client('PAUSE', 700, 'ALL')],
    [
      'is late again and again',
      async (server) => {
        for (let times = 0; times < 4; times += 1) {
          await server.client.client('PAUSE', 90, 'ALL');
          await sleep(200);
        }
      },
    ],
    ['closes every connection', (server) => server.client.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes')],
    ['forgets every script', (server) => server.client.script('FLUSH')],
    ['is flushed again and again', (server) => Promise.all([1, 2, 3].map(() => server.client.flushall()))],
  ];

  test.each(faults)('C16 no request fails under load when Redis %s', async (_what, cause) => {
    const gateways = [start(), start()];
    const [one, other] = gateways as [TestGateway, TestGateway];
    await connected(...gateways);
    const stop = load(gateways);
    await sleep(100);
    const hits = gateways.map((gateway) => gateway.stats().hits.fresh);
    await cause(redis());
    const after = gateways.map((gateway) => gateway.stats().hits.fresh);
    await connected(...gateways);
    await sleep(100);
    // A request that waited for Redis until its deadline of 3 s would get UPSTREAM_UNAVAILABLE.
    expect(await stop()).toEqual([]);
    expect(after.every((count, at) => count >= (hits[at] ?? 0))).toBe(true);
    expect(gateways.flatMap((gateway) => Object.keys(gateway.stats().refusals))).toEqual([]);
    await untilShared(world, one, other, redis());
    await untilShared(world, other, one, redis());
    expectOneLineEach(gateways);
  });

  test('C16 while Redis hangs, held tokens are served and new ones minted', async () => {
    const gateway = start();
    await connected(gateway);
    const session = aSession(world);
    const held = await askFor(gateway, session);
    redis().pause();
    for (let asked = 0; asked < 50; asked += 1) expect((await askFor(gateway, session)).jwt).toBe(held.jwt);
    const mints = world.mints();
    const misses = await Promise.all(Array.from({ length: 20 }, () => askFor(gateway, aSession(world))));
    expect(misses.flatMap(({ codes }) => codes)).toEqual([]);
    expect(world.mints()).toBe(mints + 20);
    redis().resume();
    await connected(gateway);
    expectOneLineEach([gateway]);
  });

  test('a Redis that is down at the start is connected when it starts', async () => {
    await redis().kill();
    const [one, other] = [start(), start()];
    await expect
      .poll(() => [one, other].map((gateway) => redisStatesOf(gateway)))
      .toEqual([['unavailable'], ['unavailable']]);
    expect((await askFor(one, aSession(world))).codes).toEqual([]);
    // Still one line after several attempts.
    await sleep(1_600);
    expect(redisStatesOf(one)).toEqual(['unavailable']);
    await redis().restart();
    await connected(one, other);
    await untilShared(world, one, other, redis());
    expectOneLineEach([one, other]);
  });

  test('a Redis that hangs at the start is connected when it goes on', async () => {
    redis().pause();
    const [one, other] = [start(), start()];
    expect((await askFor(one, aSession(world))).codes).toEqual([]);
    await vi.waitFor(() => expect(redisStatesOf(one)).toEqual(['unavailable']), { timeout: 5_000 });
    redis().resume();
    await connected(one, other);
    await untilShared(world, one, other, redis());
    expectOneLineEach([one, other]);
  });

  test('readiness names the status of Redis, and does not depend on it', async () => {
    await redis().kill();
    const gateway = start();
    const get = async (path: string) => {
      const response = await gateway.fetch(new Request(`https://tokens.example.com${path}`));
      return [response.status, await response.json()];
    };
    await expect.poll(() => redisStatesOf(gateway)).toEqual(['unavailable']);
    expect(await get('/health')).toEqual([200, { status: 'ok' }]);
    expect(await get('/ready')).toEqual([200, { status: 'ready', redis: 'away' }]);
    await redis().restart();
    await connected(gateway);
    expect(await get('/ready')).toEqual([200, { status: 'ready', redis: 'connected' }]);
    gateway.drain();
    expect(await get('/ready')).toEqual([
      503,
      { status: 'not ready', notReadyReasons: ['shutting down'], redis: 'connected' },
    ]);
  });
});
