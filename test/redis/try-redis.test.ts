import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { tryRedis } from '../../src/redis/try-redis.ts';
import { useRedis } from '../support/redis-gateways.ts';
import { freePort, hasRedis, withRedis } from '../support/redis-server.ts';

const trialOf = (url: string, deadline = 5_000) =>
  tryRedis({ url, secrets: [randomBytes(32).toString('hex')], instance: 'clerk.example.com', deadline });

describe.skipIf(!hasRedis)(`a trial of Redis${withRedis}`, () => {
  const redis = useRedis();

  test('returns the milliseconds per operation when everything works', async () => {
    expect(await trialOf(redis().url)).toEqual({ works: true, took: expect.any(Number) });
  });

  test('names the reason when nothing listens', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    expect(await trialOf(url)).toEqual({ works: false, why: 'ECONNREFUSED', doing: 'to be used' });
  });

  test('names the operation that the user may not do', async () => {
    const rights = ['~mintgate:*', '&mintgate:*', '+@all', '-@dangerous', '-getrange'];
    await redis().client.acl('SETUSER', 'tester', 'on', '>secret', ...rights);
    expect(await trialOf(redis().url.replace('//', '//tester:secret@'))).toEqual({
      works: false,
      why: 'NOPERM',
      doing: 'to read a token',
    });
  });

  test('ends at its deadline while Redis hangs', async () => {
    redis().pause();
    const trial = await trialOf(redis().url, 300);
    redis().resume();
    expect(trial).toEqual({ works: false, why: 'too slow', doing: 'to be used' });
  });
});
