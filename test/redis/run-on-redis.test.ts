import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { RedisTimeoutError } from '../../src/redis/command-timeout.ts';
import { runOnRedis, type Step } from '../../src/redis/run-on-redis.ts';
import { useRedis } from '../support/redis-gateways.ts';
import { freePort, hasRedis, withRedis } from '../support/redis-server.ts';

const run = (url: string, steps: Step[], deadline = 5_000) =>
  runOnRedis(
    {
      ...{ url, secrets: [randomBytes(32).toString('hex')], instance: 'clerk.example.com', deadline },
      keepFor: 60_000,
    },
    () => steps,
  );

describe.skipIf(!hasRedis)(`a run of steps on Redis${withRedis}`, () => {
  const redis = useRedis();

  test('returns the milliseconds per step', async () => {
    const done: string[] = [];
    const step = (name: string): Step => [name, async () => void done.push(name)];
    expect(await run(redis().url, [step('to do one'), step('to do two')])).toEqual({
      works: true,
      took: expect.any(Number),
    });
    expect(done).toEqual(['to do one', 'to do two']);
  });

  test('repeats a step that times out, at most five times', async () => {
    let attempts = 0;
    const late = (times: number): Step => [
      'to wait',
      async () => {
        attempts += 1;
        if (attempts <= times) throw new RedisTimeoutError('late');
      },
    ];
    expect(await run(redis().url, [late(4)])).toMatchObject({ works: true });
    attempts = 0;
    expect(await run(redis().url, [late(5)])).toEqual({ works: false, why: 'too slow', doing: 'to wait' });
    expect(attempts).toBe(5);
  });

  test('ends with the first step that fails', async () => {
    const failing: Step = ['to fail', () => Promise.reject(new Error('broken'))];
    const trial = await run(redis().url, [failing, ['never', () => Promise.reject(new Error('not run'))]]);
    expect(trial).toMatchObject({ works: false, doing: 'to fail' });
  });

  test('names the reason when nothing listens', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    expect(await run(url, [])).toEqual({ works: false, why: 'ECONNREFUSED', doing: 'to be used' });
  });
});
