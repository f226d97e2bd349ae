import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { RedisTimeoutError } from '../../src/redis/command-timeout.ts';
import { createMovableConnection } from '../../src/redis/movable-connection.ts';
import { useRedis } from '../support/redis-gateways.ts';
import { freePort, hasRedis, type RedisServer, startRedis, withRedis } from '../support/redis-server.ts';

describe.skipIf(!hasRedis)(`a connection to Redis that moves${withRedis}`, () => {
  const redis = useRedis();
  let second: RedisServer | undefined;
  beforeAll(async () => {
    second = await startRedis();
  });
  beforeEach(() => second?.client.flushall());
  afterAll(() => second?.close());
  const other = () => second as RedisServer;

  /** The number of connections to a server, besides that of the test. */
  const connectionsTo = async ({ client }: RedisServer) =>
    String(await client.client('LIST'))
      .trim()
      .split('\n').length - 1;

  async function connected(url = redis().url) {
    const lines: string[] = [];
    const messages: string[] = [];
    const onConnected = vi.fn();
    const line = (fields: unknown, text?: unknown) => void lines.push(String(text ?? fields));
    const connection = createMovableConnection({
      ...{ url, prefix: 'mintgate:test:', now: Date.now },
      log: { warn: line, info: line, error: line },
    });
    connection.onMessage('mintgate:test:news', (message) => void messages.push(message));
    connection.onConnected(onConnected);
    onTestFinished(() => connection.close());
    await expect.poll(connection.status).toBe('connected');
    return { connection, lines, messages, onConnected };
  }

  /** Runs commands all the time until `stop`. @returns the errors of those that failed, but for late replies of a busy machine */
  function load({ run }: Awaited<ReturnType<typeof connected>>['connection']) {
    const errors: unknown[] = [];
    let commands = 0;
    let stopped = false;
    const loop = async () => {
      while (!stopped) {
        await run((client) => client.incr('mintgate:test:count')).catch((error: unknown) => {
          if (!(error instanceof RedisTimeoutError)) errors.push(error);
        });
        commands += 1;
        await sleep(1);
      }
    };
    const done = Promise.all([loop(), loop(), loop()]);
    return {
      async stop() {
        stopped = true;
        await done;
        expect(commands).toBeGreaterThan(10);
        return errors;
      },
    };
  }

  test('serves without a gap, and closes the former connections', async () => {
    const { connection, lines, messages, onConnected } = await connected();
    const running = load(connection);
    connection.moveTo(other().url);
    await expect.poll(() => other().client.exists('mintgate:test:count')).toBe(1);
    await expect.poll(() => connectionsTo(redis()), { timeout: 5_000 }).toBe(0);
    expect(await running.stop()).toEqual([]);
    // A busy machine can make commands late, so that the former connection counts as lost for a moment.
    const moves = lines.filter((line) => !/^Redis is (?:unavailable|connected again)/.test(line));
    expect(moves).toEqual(['Redis is connected', 'Redis is connected at its new address']);
    expect(onConnected).toHaveBeenCalledTimes(2);
    await other().client.publish('mintgate:test:news', 'text');
    await expect.poll(() => messages).toEqual(['text']);
    expect(connection.status()).toBe('connected');
  });

  test('takes a new password while the old one is still valid, and needs the old one no more', async () => {
    const rights = ['~mintgate:*', '&mintgate:*', '+@all', '-@dangerous'];
    const { client } = redis();
    await client.acl('SETUSER', 'rotating', 'on', 'resetpass', '>old', ...rights);
    onTestFinished(async () => void (await client.acl('DELUSER', 'rotating')));
    const urlWith = (password: string) => redis().url.replace('//', `//rotating:${password}@`);
    const { connection, lines } = await connected(urlWith('old'));
    const running = load(connection);
    await client.acl('SETUSER', 'rotating', '>new');
    connection.moveTo(urlWith('new'));
    await expect.poll(() => lines).toContain('Redis is connected at its new address');
    await client.acl('SETUSER', 'rotating', '<old');
    await sleep(1_200);
    expect(await running.stop()).toEqual([]);
    expect(lines).toHaveLength(2);
  });

  test('stays at the former address until the new one can be used', async () => {
    const port = await freePort();
    const { connection, lines } = await connected();
    const running = load(connection);
    connection.moveTo(`redis://127.0.0.1:${port}`);
    await expect
      .poll(() => lines)
      .toEqual([
        'Redis is connected',
        'the new address of Redis cannot be used: the connections to the former one stay until it can',
      ]);
    expect(connection.status()).toBe('connected');
    // Another address takes its place.
    connection.moveTo(other().url);
    await expect.poll(() => lines.at(-1)).toBe('Redis is connected at its new address');
    expect(await running.stop()).toEqual([]);
  });

  test('the present address gives up a move that is not finished', async () => {
    const { connection, lines } = await connected();
    connection.moveTo(other().url);
    connection.moveTo(redis().url);
    await sleep(300);
    expect([lines, await connectionsTo(other())]).toEqual([['Redis is connected'], 0]);
  });

  test('leaves an address that is lost', async () => {
    const lost = await startRedis();
    onTestFinished(() => lost.close());
    const { connection } = await connected(lost.url);
    await lost.kill();
    await expect.poll(connection.status).toBe('away');
    connection.moveTo(redis().url);
    await expect.poll(connection.status).toBe('connected');
  });

  test('close closes every connection', async () => {
    const { connection } = await connected();
    connection.moveTo(other().url);
    await expect.poll(() => connectionsTo(other())).toBe(2);
    connection.close();
    await expect.poll(() => connectionsTo(redis())).toBe(0);
    await expect.poll(() => connectionsTo(other())).toBe(0);
    expect(connection.status()).toBe('away');
  });
});
