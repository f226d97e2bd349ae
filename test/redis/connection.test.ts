import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { RedisTimeoutError } from '../../src/redis/command-timeout.ts';
import { createRedisConnection } from '../../src/redis/connection.ts';
import { freePort, hasRedis, withRedis } from '../support/redis-server.ts';
import { useRedis } from './sharing.ts';

describe.skipIf(!hasRedis)(`the connection to Redis${withRedis}`, () => {
  const redis = useRedis();

  async function connectedRedis() {
    const said: string[] = [];
    const say = (_details: unknown, text = '') => void said.push(text);
    const connection = createRedisConnection({
      url: redis().url,
      prefix: 'mintgate:test:',
      log: { warn: say, info: (text: unknown) => void said.push(String(text)), error: say },
      now: Date.now,
    });
    onTestFinished(() => connection.close());
    await new Promise<void>((resolve) => connection.onConnected(resolve));
    return { connection, said };
  }

  function beBusy(milliseconds: number): void {
    const until = performance.now() + milliseconds;
    while (performance.now() < until);
  }

  test('an answer that came while this process was busy is in time', async () => {
    const { connection, said } = await connectedRedis();
    for (let times = 0; times < 10; times += 1) {
      const answer = connection.run((client) => client.ping());
      // So that it is on its way.
      await new Promise((resolve) => setTimeout(resolve, 5));
      beBusy(80);
      expect(await answer).toBe('PONG');
    }
    expect(said).toEqual(['Redis is connected']);
  });

  test('a late answer fails its command alone; Redis is unavailable when five in a row are late', async () => {
    const { connection, said } = await connectedRedis();
    const ask = () => connection.run((client) => client.ping());
    const failure = () => ask().catch((error: unknown) => error);
    for (let times = 0; times < 3; times += 1) {
      await redis().client.client('PAUSE', 120, 'ALL');
      expect(await failure()).toBeInstanceOf(RedisTimeoutError);
      await expect.poll(() => ask().catch(() => 'late')).toBe('PONG');
    }
    expect(said).toEqual(['Redis is connected']);
    redis().pause();
    const failures = await Promise.all(Array.from({ length: 5 }, failure));
    expect(failures.every((error) => error instanceof RedisTimeoutError)).toBe(true);
    redis().resume();
    expect(said.at(-1)).toMatch(/^Redis is unavailable/);
  });

  test('R15 a replica that stays one is complained about once a minute, and not before the first is over', async () => {
    const { client, url } = redis();
    await client.replicaof('127.0.0.1', await freePort());
    onTestFinished(async () => void (await client.replicaof('NO', 'ONE')));
    const said: string[] = [];
    let now = Date.now();
    const tried = vi.fn(() => now);
    const log = {
      info: () => {},
      warn: (_details: unknown, text = '') => void said.push(text),
      error: (details: unknown, text = '') => void said.push(`${JSON.stringify(details)} ${text}`),
    };
    const connection = createRedisConnection({ url, prefix: 'mintgate:test:', log, now: tried });
    onTestFinished(() => connection.close());
    const again = async () => {
      const before = tried.mock.calls.length;
      await expect.poll(() => tried.mock.calls.length).toBeGreaterThanOrEqual(before + 4);
    };
    await again();
    expect(said).toEqual([expect.stringMatching(/^Redis is unavailable/)]);
    now += 60_000;
    await again();
    expect(said.slice(1)).toEqual([
      '{"why":"READONLY"} Redis refuses a command: it is a read-only replica: REDIS_URL must lead to the primary',
    ]);
    now += 60_000;
    await again();
    expect(said).toHaveLength(3);
  });

  test('a connection that is closed before it has connected never connects', async () => {
    const accepted = vi.fn();
    const server = createServer(accepted);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const warn = vi.fn();
    const log = { warn, info: () => {}, error: () => {} };
    const open = () =>
      createRedisConnection({ url: `redis://127.0.0.1:${port}`, prefix: 'x:', log, now: Date.now });
    open().close();
    // One that stays comes later, and is away when its connections are not answered.
    const stays = open();
    onTestFinished(() => stays.close());
    await expect.poll(() => warn.mock.calls.length).toBe(1);
    expect(accepted).toHaveBeenCalledTimes(2);
  });
});
