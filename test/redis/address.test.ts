import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readRedisUrl } from '../../src/redis/address.ts';
import { useRedis } from '../support/redis-gateways.ts';
import { hasRedis, withRedis } from '../support/redis-server.ts';

test.each([
  ['redis://127.0.0.1:6379', 'redis://127.0.0.1:6379'],
  ['redis://ada:secret@127.0.0.1:6379/3', 'redis://127.0.0.1:6379'],
  ['rediss://:p%40ss@redis.example.com?db=3', 'rediss://redis.example.com'],
  ['redis://127.0.0.1?family=6&db=1', 'redis://127.0.0.1?family=6'],
])('the address of %s has no user, password and database', (url, address) => {
  expect(readRedisUrl(url).address).toBe(address);
});

/** Logs in over a connection that records its commands. */
async function commandsOf(url: string): Promise<unknown[][]> {
  const commands: unknown[][] = [];
  const connection = {
    async call(...command: unknown[]) {
      commands.push(command);
    },
  };
  await readRedisUrl(url).logIn(connection as never);
  return commands;
}

test.each<[string, string[][]]>([
  ['redis://127.0.0.1', []],
  ['redis://:secret@127.0.0.1', [['AUTH', 'secret']]],
  [
    'redis://ada:p%40ss%2F@127.0.0.1/3',
    [
      ['AUTH', 'ada', 'p@ss/'],
      ['SELECT', '3'],
    ],
  ],
  ['redis://127.0.0.1?db=2', [['SELECT', '2']]],
])('the log-in of %s', async (url, commands) => {
  expect(await commandsOf(url)).toEqual(commands);
});

describe.skipIf(!hasRedis)(`the log-in${withRedis}`, () => {
  const redis = useRedis();

  async function logIn(credentials: string, path = ''): Promise<void> {
    const { address, logIn } = readRedisUrl(redis().url.replace('//', `//${credentials}`) + path);
    const connection = new Redis(address, { lazyConnect: true, enableReadyCheck: false });
    onTestFinished(() => void connection.disconnect());
    await connection.connect();
    await logIn(connection);
  }

  test('succeeds with a password that Redis does not need', async () => {
    await logIn(':needless@');
  });

  test('rejects with the error of Redis for an unknown user', async () => {
    await expect(logIn('nobody:secret@')).rejects.toThrow(/^WRONGPASS/);
  });

  test('rejects with the error of Redis for a database that it does not have', async () => {
    await expect(logIn('', '/99')).rejects.toThrow(/DB index/);
  });
});
