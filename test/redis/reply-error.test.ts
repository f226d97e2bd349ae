import { mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { describe, expect, test, vi } from 'vitest';
import { type TestGateway, useGateways } from '../support/gateway.ts';
import { freePort, hasRedis, withRedis } from '../support/redis-server.ts';
import { sessionRevoked, webhookSigningSecret } from './clerk-webhooks.ts';
import { startRedisFront } from './redis-front.ts';
import { aSession, askFor, connected, reasonsOf, redisIn, untilShared, useRedis } from './sharing.ts';

type World = ReturnType<typeof useGateways>;

const webhookStatus = async (world: World, gateway: TestGateway) =>
  (await sessionRevoked(aSession(world))(gateway)).status;

const untilTaken = (world: World, gateway: TestGateway) =>
  vi.waitFor(async () => expect(await webhookStatus(world, gateway)).toBe(200), { timeout: 10_000 });

describe.skipIf(!hasRedis)(`what a server answers on connections that live${withRedis}`, () => {
  const world = useGateways();
  const redis = useRedis();

  const oldScript = 'ERR Error running script (call to f_9c1185a5c5e9fc54612808977ee8f548b2258d31)';

  test.each([
    ['READONLY', "READONLY You can't write against a read only replica."],
    [
      'READONLY',
      "READONLY You can't write against a read only replica. script: 872bc670, on @user_script:1.",
    ],
    // Redis 6 and older.
    [
      'READONLY',
      `${oldScript}: @user_script:5: @user_script: 5: -READONLY You can't write against a replica.`,
    ],
    ['MASTERDOWN', "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."],
    ['LOADING', 'LOADING Redis is loading the dataset in memory'],
    ['CLUSTERDOWN', 'CLUSTERDOWN The cluster is down'],
    ['NOREPLICAS', 'NOREPLICAS Not enough good replicas to write.'],
    ['NOREPLICAS', `${oldScript}: @user_script:1: @user_script: 1: -NOREPLICAS Not enough good replicas.`],
    ['MISCONF', 'MISCONF Redis is configured to save RDB snapshots, but is unable to persist to disk.'],
    ['BUSY', 'BUSY Redis is busy running a script.'],
    ['UNBLOCKED', 'UNBLOCKED force unblock from blocking operation, instance state changed'],
    ['NOAUTH', 'NOAUTH Authentication required.'],
    ['WRONGPASS', 'WRONGPASS invalid username-password pair or user is disabled.'],
    ['MAXCLIENTS', 'ERR max number of clients reached'],
  ])('R15 %s is answered with new connections: %s', async (word, refusal) => {
    const front = await startRedisFront(redis().port);
    const gateway = world.start({ redisUrl: front.url, webhookSigningSecret });
    await connected(gateway);
    front.refuseOnOpen(refusal);
    expect(await webhookStatus(world, gateway)).toBe(503);
    await untilTaken(world, gateway);
    await connected(gateway);
    expect(reasonsOf(gateway)).toEqual([word]);
    expect(await redisIn(gateway)).toBe('connected');
  });

  test.each([
    ['OOM', "OOM command not allowed when used memory > 'maxmemory'."],
    ['OOM', `${oldScript}: @user_script:1: @user_script: 1: -OOM command not allowed when used memory.`],
    ['NOPERM', "NOPERM this user has no permissions to run the 'eval' command"],
    ['NOPERM', "ERR The user executing the script can't run this command or subcommand script: db8d8f63"],
    ['MOVED', 'MOVED 3999 127.0.0.1:6381'],
  ])('R15 %s is answered with a complaint, and /ready says so: %s', async (word, refusal) => {
    const front = await startRedisFront(redis().port);
    const gateway = world.start({ redisUrl: front.url, webhookSigningSecret });
    await connected(gateway);
    front.refuseOnOpen(refusal);
    expect(await webhookStatus(world, gateway)).toBe(503);
    await expect.poll(() => redisIn(gateway)).toBe('not writable');
    expect(await webhookStatus(world, gateway)).toBe(503);
    expect(reasonsOf(gateway)).toEqual([word]);
    expect((await askFor(gateway, aSession(world))).codes).toEqual([]);
  });
});

describe.skipIf(!hasRedis)(`a server that takes no writes for a while${withRedis}`, () => {
  const world = useGateways();
  const redis = useRedis(['--enable-debug-command', 'local', '--enable-protected-configs', 'yes']);

  /** Brings a server into a state. @returns what ends it */
  type Enter = (client: Redis) => Promise<() => Promise<unknown>>;

  const states: [why: string, enter: Enter][] = [
    [
      'READONLY',
      async (client) => {
        await client.replicaof('127.0.0.1', await freePort());
        return () => client.replicaof('NO', 'ONE');
      },
    ],
    [
      'MASTERDOWN',
      async (client) => {
        await client.config('SET', 'replica-serve-stale-data', 'no');
        await client.replicaof('127.0.0.1', await freePort());
        return () => client.replicaof('NO', 'ONE');
      },
    ],
    [
      'NOREPLICAS',
      async (client) => {
        await client.config('SET', 'min-replicas-to-write', '1');
        return () => client.config('SET', 'min-replicas-to-write', '0');
      },
    ],
    [
      'MISCONF',
      async (client) => {
        const [, folder = ''] = (await client.config('GET', 'dir')) as string[];
        const lost = join(folder, 'lost');
        await mkdir(lost);
        await client.config('SET', 'save', '3600 1', 'dir', lost);
        await rmdir(lost);
        await client.bgsave();
        await expect.poll(() => client.info('persistence')).toMatch(/rdb_last_bgsave_status:err/);
        return () => client.config('SET', 'save', '', 'dir', folder);
      },
    ],
    [
      'BUSY',
      async (client) => {
        await client.config('SET', 'busy-reply-threshold', '1');
        const endless = client.duplicate();
        endless.eval('while true do end', 0).catch(() => {});
        await expect.poll(() => client.ping().catch(String)).toMatch(/BUSY/);
        return async () => {
          await client.script('KILL');
          endless.disconnect();
        };
      },
    ],
    [
      'LOADING',
      async (client) => {
        await client.debug('POPULATE', 3_000);
        await client.config('SET', 'key-load-delay', '1000', 'loading-process-events-interval-bytes', '1024');
        const reloader = client.duplicate();
        const reloaded = reloader.debug('RELOAD');
        await expect.poll(() => client.ping().catch(String)).toMatch(/LOADING/);
        return async () => {
          await reloaded;
          reloader.disconnect();
        };
      },
    ],
  ];

  test.each(states)(
    'R15 %s: /ready says away meanwhile, and it is back when that is over',
    async (why, enter) => {
      const [one, other] = [1, 2].map(() => world.start({ redisUrl: redis().url, webhookSigningSecret }));
      if (!one || !other) throw new Error('expected two gateways');
      await connected(one, other);
      const leave = await enter(redis().client);
      await vi.waitFor(
        async () => {
          expect(await webhookStatus(world, one)).toBe(503);
          expect(await redisIn(one)).toBe('away');
        },
        { timeout: 10_000 },
      );
      expect((await askFor(one, aSession(world))).codes).toEqual([]);
      await leave();
      await untilTaken(world, one);
      await connected(one, other);
      expect(await redisIn(one)).toBe('connected');
      expect(new Set(reasonsOf(one))).toEqual(new Set([why]));
      await untilShared(world, one, other, redis());
    },
  );

  test('R15 a full memory is told by /ready while it is full, and no longer', async () => {
    const gateway = world.start({ redisUrl: redis().url, webhookSigningSecret });
    await connected(gateway);
    await untilTaken(world, gateway);
    await redis().client.config('SET', 'maxmemory', '1', 'maxmemory-policy', 'noeviction');
    // Without a request: it looks.
    await vi.waitFor(async () => expect(await redisIn(gateway)).toBe('not writable'), { timeout: 15_000 });
    expect(await webhookStatus(world, gateway)).toBe(503);
    await redis().client.config('SET', 'maxmemory', '0');
    await vi.waitFor(async () => expect(await redisIn(gateway)).toBe('connected'), { timeout: 15_000 });
    await untilTaken(world, gateway);
    expect(reasonsOf(gateway)).toEqual(['OOM']);
  });
});
