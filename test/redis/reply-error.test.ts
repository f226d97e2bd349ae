import { mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { describe, expect, test, vi } from 'vitest';
import { RedisTimeoutError } from '../../src/redis/command-timeout.ts';
import { loadIoredis } from '../../src/redis/ioredis.ts';
import {
  adviceFor,
  affectsAllWrites,
  describeRedisError,
  isReplyError,
  isTransient,
  needsReconnect,
} from '../../src/redis/reply-error.ts';
import { type TestGateway, useGateways } from '../support/gateway.ts';
import { startRedisFront } from '../support/redis-front.ts';
import {
  aSession,
  askFor,
  connected,
  reasonsOf,
  redisIn,
  untilShared,
  useRedis,
} from '../support/redis-gateways.ts';
import { freePort, hasRedis, withRedis } from '../support/redis-server.ts';
import { sessionRevoked, webhookSigningSecret } from './clerk-webhooks.ts';

const { ReplyError } = await loadIoredis();

type World = ReturnType<typeof useGateways>;

const webhookStatus = async (world: World, gateway: TestGateway) =>
  (await sessionRevoked(aSession(world))(gateway)).status;

const untilAccepted = (world: World, gateway: TestGateway) =>
  vi.waitFor(async () => expect(await webhookStatus(world, gateway)).toBe(200), { timeout: 10_000 });

/** As ioredis throws it. */
const replyError = (message: string): Error =>
  Object.assign(Object.create(ReplyError.prototype), { message });

test.each<[string, Error, string]>([
  ['a code of Redis', replyError("READONLY You can't write against a read only replica."), 'READONLY'],
  ['a code in a script', replyError('ERR Error running script (call to f_1): @u:1: -OOM no memory'), 'OOM'],
  ['a text of Redis', replyError('ERR DB index is out of range'), 'NODB'],
  ['an error without a code', replyError('something odd'), 'refused'],
  ['a code of Node.js', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  ['a timeout', new RedisTimeoutError('late'), 'too slow'],
  ['a timeout of ioredis', new Error('Command timed out'), 'too slow'],
  ['another error', new Error('Connection is closed.'), 'connection lost'],
])('%s has a short name', (_what, error, name) => {
  expect(describeRedisError(error)).toBe(name);
});

test('no message is quoted, which may hold data', () => {
  expect(describeRedisError(replyError('WRONGTYPE secret'))).toBe('WRONGTYPE');
  expect(describeRedisError(new Error('secret'))).toBe('connection lost');
});

test.each<[string, { isReplyError: boolean; needsReconnect: boolean; affectsAllWrites: boolean }]>([
  ['READONLY replica', { isReplyError: true, needsReconnect: true, affectsAllWrites: true }],
  ['OOM memory', { isReplyError: true, needsReconnect: false, affectsAllWrites: true }],
  ['WRONGTYPE of a key', { isReplyError: true, needsReconnect: false, affectsAllWrites: false }],
])('the reply error %s is classified', (message, expected) => {
  const error = replyError(message);
  expect({
    isReplyError: isReplyError(error),
    needsReconnect: needsReconnect(error),
    affectsAllWrites: affectsAllWrites(error),
  }).toEqual(expected);
});

test('a lost connection and a timeout are not reply errors', () => {
  expect([new Error('Connection is closed.'), new RedisTimeoutError('late')].map(isReplyError)).toEqual([
    false,
    false,
  ]);
});

test('an error has advice when the operator can do something, and is transient when it may pass', () => {
  expect([adviceFor('OOM'), adviceFor('ERR')]).toEqual([expect.stringMatching(/maxmemory/), undefined]);
  expect(['READONLY', 'OOM', 'too slow'].map(isTransient)).toEqual([true, false, false]);
});

describe.skipIf(!hasRedis)(`reply errors on open connections${withRedis}`, () => {
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
  ])('R15 %s replaces the connections: %s', async (code, message) => {
    const front = await startRedisFront(redis().port);
    const gateway = world.start({ redisUrl: front.url, webhookSigningSecret });
    await connected(gateway);
    front.refuseOnOpen(message);
    expect(await webhookStatus(world, gateway)).toBe(503);
    await untilAccepted(world, gateway);
    await connected(gateway);
    expect(reasonsOf(gateway)).toEqual([code]);
    expect(await redisIn(gateway)).toBe('connected');
  });

  test.each([
    ['OOM', "OOM command not allowed when used memory > 'maxmemory'."],
    ['OOM', `${oldScript}: @user_script:1: @user_script: 1: -OOM command not allowed when used memory.`],
    ['NOPERM', "NOPERM this user has no permissions to run the 'eval' command"],
    ['NOPERM', "ERR The user executing the script can't run this command or subcommand script: db8d8f63"],
    ['MOVED', 'MOVED 3999 127.0.0.1:6381'],
  ])('R15 %s is logged and shown by /ready: %s', async (code, message) => {
    const front = await startRedisFront(redis().port);
    const gateway = world.start({ redisUrl: front.url, webhookSigningSecret });
    await connected(gateway);
    front.refuseOnOpen(message);
    expect(await webhookStatus(world, gateway)).toBe(503);
    await expect.poll(() => redisIn(gateway)).toBe('not writable');
    expect(await webhookStatus(world, gateway)).toBe(503);
    expect(reasonsOf(gateway)).toEqual([code]);
    expect((await askFor(gateway, aSession(world))).codes).toEqual([]);
  });
});

describe.skipIf(!hasRedis)(`a server that accepts no writes for a while${withRedis}`, () => {
  const world = useGateways();
  const redis = useRedis(['--enable-debug-command', 'local', '--enable-protected-configs', 'yes']);

  /** Brings a server into a state. @returns a function that ends the state */
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

  test.each(states)('R15 %s: /ready reports away meanwhile, and connected afterwards', async (why, enter) => {
    const [one, other] = [1, 2].map(() => world.start({ redisUrl: redis().url, webhookSigningSecret }));
    if (!one || !other) throw new Error('expected two gateways');
    await connected(one, other);
    const exit = await enter(redis().client);
    await vi.waitFor(
      async () => {
        expect(await webhookStatus(world, one)).toBe(503);
        expect(await redisIn(one)).toBe('away');
      },
      { timeout: 10_000 },
    );
    expect((await askFor(one, aSession(world))).codes).toEqual([]);
    await exit();
    await untilAccepted(world, one);
    await connected(one, other);
    expect(await redisIn(one)).toBe('connected');
    expect(new Set(reasonsOf(one))).toEqual(new Set([why]));
    await untilShared(world, one, other, redis());
  });

  test('R15 /ready reports not writable while the memory is full', async () => {
    const gateway = world.start({ redisUrl: redis().url, webhookSigningSecret });
    await connected(gateway);
    await untilAccepted(world, gateway);
    await redis().client.config('SET', 'maxmemory', '1', 'maxmemory-policy', 'noeviction');
    // The probe notices it without a request.
    await vi.waitFor(async () => expect(await redisIn(gateway)).toBe('not writable'), { timeout: 15_000 });
    expect(await webhookStatus(world, gateway)).toBe(503);
    await redis().client.config('SET', 'maxmemory', '0');
    await vi.waitFor(async () => expect(await redisIn(gateway)).toBe('connected'), { timeout: 15_000 });
    await untilAccepted(world, gateway);
    expect(reasonsOf(gateway)).toEqual(['OOM']);
  });
});
