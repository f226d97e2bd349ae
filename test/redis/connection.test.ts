import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { RedisTimeoutError } from '../../src/redis/command-timeout.ts';
import { createRedisConnection } from '../../src/redis/connection.ts';
import { useRedis } from '../support/redis-gateways.ts';
import { freePort, hasRedis, withRedis } from '../support/redis-server.ts';

describe.skipIf(!hasRedis)(`the connection to Redis${withRedis}`, () => {
  const redis = useRedis();

  async function connectedRedis() {
    const lines: string[] = [];
    const write = (_details: unknown, text = '') => void lines.push(text);
    const connection = createRedisConnection({
      url: redis().url,
      prefix: 'mintgate:test:',
      log: { warn: write, info: (text: unknown) => void lines.push(String(text)), error: write },
      now: Date.now,
    });
    onTestFinished(() => connection.close());
    await new Promise<void>((resolve) => connection.onConnected(resolve));
    return { connection, lines };
  }

  function beBusy(milliseconds: number): void {
    const until = performance.now() + milliseconds;
    while (performance.now() < until);
  }

  test('a reply that arrived while the process was busy is in time', async () => {
    const { connection, lines } = await connectedRedis();
    for (let times = 0; times < 10; times += 1) {
      const answer = connection.run((client) => client.ping());
      // The reply is on its way by then.
      await new Promise((resolve) => setTimeout(resolve, 5));
      beBusy(80);
      expect(await answer).toBe('PONG');
    }
    expect(lines).toEqual(['Redis is connected']);
  });

  test('a late reply fails its command alone; after five in a row Redis counts as unavailable', async () => {
    const { connection, lines } = await connectedRedis();
    const ask = () => connection.run((client) => client.ping());
    const failure = () => ask().catch((error: unknown) => error);
    for (let times = 0; times < 3; times += 1) {
      await redis().client.client('PAUSE', 120, 'ALL');
      expect(await failure()).toBeInstanceOf(RedisTimeoutError);
      await expect.poll(() => ask().catch(() => 'late')).toBe('PONG');
    }
    expect(lines).toEqual(['Redis is connected']);
    redis().pause();
    const failures = await Promise.all(Array.from({ length: 5 }, failure));
    expect(failures.every((error) => error instanceof RedisTimeoutError)).toBe(true);
    redis().resume();
    expect(lines.at(-1)).toMatch(/^Redis is unavailable/);
  });

  test('R15 a permanent replica is logged as an error once a minute, but not in the first minute', async () => {
    const { client, url } = redis();
    await client.replicaof('127.0.0.1', await freePort());
    onTestFinished(async () => void (await client.replicaof('NO', 'ONE')));
    const lines: string[] = [];
    let now = Date.now();
    const clock = vi.fn(() => now);
    const log = {
      info: () => {},
      warn: (_details: unknown, text = '') => void lines.push(text),
      error: (details: unknown, text = '') => void lines.push(`${JSON.stringify(details)} ${text}`),
    };
    const connection = createRedisConnection({ url, prefix: 'mintgate:test:', log, now: clock });
    onTestFinished(() => connection.close());
    const moreAttempts = async () => {
      const before = clock.mock.calls.length;
      await expect.poll(() => clock.mock.calls.length).toBeGreaterThanOrEqual(before + 4);
    };
    await moreAttempts();
    expect(lines).toEqual([expect.stringMatching(/^Redis is unavailable/)]);
    now += 60_000;
    await moreAttempts();
    expect(lines.slice(1)).toEqual([
      '{"why":"READONLY"} Redis refuses a command: it is a read-only replica: REDIS_URL must lead to the primary',
    ]);
    now += 60_000;
    await moreAttempts();
    expect(lines).toHaveLength(3);
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
    // The second one connects later, and becomes unavailable because its commands get no reply.
    const stays = open();
    onTestFinished(() => stays.close());
    await expect.poll(() => warn.mock.calls.length).toBe(1);
    expect(accepted).toHaveBeenCalledTimes(2);
  });
});
