import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { checkRedis } from '../../../src/cli/check/check-redis.ts';
import { parseOptions } from '../../../src/config/parse-options.ts';
import { startDeadServer } from '../../support/dead-server.ts';
import { useGateways, workingOptions } from '../../support/gateway.ts';
import { startRedisFront } from '../../support/redis-front.ts';
import { reasonsOf, redisStatesOf, useRedis } from '../../support/redis-gateways.ts';
import { freePort, hasRedis, type RedisServer, withRedis } from '../../support/redis-server.ts';

describe.skipIf(!hasRedis)(`mintgate check and Redis${withRedis}`, () => {
  const world = useGateways();
  const redis = useRedis();
  const check = (redisUrl: string) => checkRedis({ ...parseOptions(workingOptions(world.clerk)), redisUrl });
  const address = ({ port }: RedisServer) => `127.0.0.1:${port}`;

  /** Starts a gateway with a URL of Redis. Returns `here`, or the reason why Redis is unavailable, from its log. */
  async function gatewaySays(redisUrl: string): Promise<string | undefined> {
    const gateway = world.start({ redisUrl });
    const said = () => [
      ...reasonsOf(gateway),
      ...redisStatesOf(gateway).filter((state) => state === 'connected'),
    ];
    await vi.waitFor(() => expect(said()).not.toEqual([]), { timeout: 10_000 });
    return said()[0];
  }

  /** Creates a user of Redis, with a password that must be percent-encoded in a URL. */
  async function createUser(...rights: string[]): Promise<string> {
    const name = `user-${randomBytes(4).toString('hex')}`;
    const password = `${randomBytes(9).toString('hex')}@:/?#%é`;
    await redis().client.acl('SETUSER', name, 'on', `>${password}`, ...rights);
    return `${name}:${encodeURIComponent(password)}@`;
  }

  const few = ['~mintgate:*', '&mintgate:*', '+@all', '-@dangerous'];

  test.each<[what: string, url: () => string | Promise<string>]>([
    ['no user', () => `redis://${address(redis())}`],
    [
      'a password with special characters',
      async () => `redis://${await createUser(...few)}${address(redis())}`,
    ],
    ['a password that Redis does not require', () => `redis://:needless@${address(redis())}`],
    ['a database in the path', () => `redis://${address(redis())}/3`],
    ['a database in the query', () => `redis://${address(redis())}?db=3`],
    ['both', async () => `redis://${await createUser(...few)}${address(redis())}/3`],
  ])('passes %s, as the gateway does, and writes nothing else', async (_what, url) => {
    const written = (['log', 'warn', 'error'] as const).map((method) =>
      vi.spyOn(console, method).mockImplementation(() => {}),
    );
    onTestFinished(() => {
      for (const spy of written) spy.mockRestore();
    });
    const redisUrl = await url();
    expect(await check(redisUrl)).toEqual({
      verdict: 'ok',
      text: expect.stringMatching(
        /^Redis: shares tokens, limits and revocations, with \d+ ms per operation$/,
      ),
    });
    expect(await gatewaySays(redisUrl)).toBe('connected');
    expect(written.flatMap(({ mock }) => mock.calls)).toEqual([]);
  });

  test('leaves only keys that expire and that no gateway reads', async () => {
    expect(await check(redis().url)).toMatchObject({ verdict: 'ok' });
    const keys = await redis().client.keys('*');
    expect(keys.filter((key) => !/^mintgate:\{?[^:]+(?::\d+)?:check\}?:/.test(key))).toEqual([]);
    for (const key of keys) {
      const left = await redis().client.pttl(key);
      expect(left, key).not.toBe(-1);
      expect(left, key).toBeLessThanOrEqual(10_000);
    }
  });

  const refusals: [what: string, url: () => string | Promise<string>, text: RegExp, why: string][] = [
    [
      'a wrong password',
      () => `redis://nobody:wrong-secret@${address(redis())}`,
      /percent-encoded/,
      'WRONGPASS',
    ],
    [
      'a user without a password',
      () => `redis://nobody@${address(redis())}`,
      /user and password/,
      'WRONGPASS',
    ],
    ['a database that is not there', () => `${redis().url}/99`, /no such database/, 'NODB'],
    [
      'a user without the permission for channels',
      async () => `redis://${await createUser('~mintgate:*', 'resetchannels', '+@all')}${address(redis())}`,
      /lacks a permission: allow keys ~mintgate:\*, channels &mintgate:\*/,
      'NOPERM',
    ],
    [
      'a user without the permission for scripts',
      async () =>
        `redis://${await createUser('~mintgate:*', '&mintgate:*', '+@all', '-@scripting')}${address(redis())}`,
      /lacks a permission/,
      'NOPERM',
    ],
    [
      'a user with read access only',
      async () =>
        `redis://${await createUser('~mintgate:*', '&mintgate:*', '+@read', '+@connection', '+@pubsub')}${address(redis())}`,
      /lacks a permission/,
      'NOPERM',
    ],
    [
      'a user with access to other keys only',
      async () => `redis://${await createUser('~other:*', '&mintgate:*', '+@all')}${address(redis())}`,
      /lacks a permission/,
      'NOPERM',
    ],
  ];

  test.each(refusals)('fails for %s, as the gateway does', async (_what, url, text, why) => {
    const redisUrl = await url();
    const finding = await check(redisUrl);
    expect(finding).toEqual({ verdict: 'fail', text: expect.stringMatching(text) });
    expect(finding.text).toMatch(new RegExp(`^REDIS_URL: Redis refuses .*\\(${why}\\)`));
    expect(finding.text).not.toMatch(/wrong-secret|user-|%25/);
    expect(await gatewaySays(redisUrl)).toBe(why);
  });

  test.each([
    ['getrange', 'to read a token'],
    ['hset', 'to announce a revocation'],
    ['zadd', 'to announce a revocation'],
    ['publish', 'to announce a revocation'],
    ['subscribe', 'to be used'],
  ])('a user without the command %s is refused %s', async (command, doing) => {
    const finding = await check(`redis://${await createUser(...few, `-${command}`)}${address(redis())}`);
    expect(finding.text).toMatch(new RegExp(`^REDIS_URL: Redis refuses ${doing} \\(NOPERM\\): the user`));
  });

  test('R15 fails for a read-only replica, and advises to name the primary', async () => {
    const { client, url } = redis();
    await client.replicaof('127.0.0.1', await freePort());
    onTestFinished(async () => void (await client.replicaof('NO', 'ONE')));
    expect(await check(url)).toEqual({
      verdict: 'fail',
      text: 'REDIS_URL: Redis refuses to be used (READONLY): it is a read-only replica: REDIS_URL must lead to the primary; until this is fixed, the gateway runs without Redis',
    });
  });

  test('fails for a full memory', async () => {
    const { client, url } = redis();
    await client.config('SET', 'maxmemory', '1', 'maxmemory-policy', 'noeviction');
    onTestFinished(async () => void (await client.config('SET', 'maxmemory', '0')));
    const { text } = await check(url);
    expect(text).toMatch(/^REDIS_URL: Redis refuses to store a token \(OOM\): its memory is full/);
  });

  test('fails for a Redis that is always too slow, and passes one that is slow at first', async () => {
    const front = await startRedisFront(redis().port);
    front.delay(120);
    const { text } = await check(front.url);
    expect(text).toMatch(/^REDIS_URL: Redis does not answer within 50 ms/);
    const checked = check(front.url);
    await expect.poll(() => front.accepted()).toBeGreaterThanOrEqual(3);
    front.delay(0);
    expect(await checked).toMatchObject({ verdict: 'ok' });
  });

  test.each<[what: string, url: () => Promise<string>, text: RegExp]>([
    [
      'no server listens',
      async () => `redis://127.0.0.1:${await freePort()}`,
      /\(ECONNREFUSED\): no server listens/,
    ],
    [
      'the server closes the connection',
      async () => (await startDeadServer()).replace('http:', 'redis:'),
      /\((?:connection lost|ECONNRESET|EPIPE)\): it closes the connection; if it speaks TLS, .* rediss:/,
    ],
    [
      'the server does not speak TLS',
      async () => `rediss://${address(redis())}`,
      /begin the URL with redis:|begins with rediss:\/\/ and Redis does not speak TLS/,
    ],
  ])('fails where %s, and names the likely cause', async (_what, url, text) => {
    const finding = await check(await url());
    expect(finding).toEqual({
      verdict: 'fail',
      text: expect.stringMatching(
        /^REDIS_URL: Redis cannot be reached .*; until this is fixed, the gateway runs without Redis$/,
      ),
    });
    expect(finding.text).toMatch(text);
  });
});
