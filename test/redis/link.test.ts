import { describe, expect, onTestFinished, test } from 'vitest';
import { connectRedis, RedisLate } from '../../src/redis/redis-link.ts';
import { hasRedis, withRedis } from '../support/redis-server.ts';
import { useRedis } from './sharing.ts';

describe.skipIf(!hasRedis)(`the link to Redis${withRedis}`, () => {
  const redis = useRedis();

  async function connectedLink() {
    const said: string[] = [];
    const say = (_details: unknown, text = '') => void said.push(text);
    const link = connectRedis({
      url: redis().url,
      prefix: 'mintgate:test:',
      log: { warn: say, info: (text: unknown) => void said.push(String(text)), error: say },
      now: Date.now,
    });
    onTestFinished(() => link.close());
    await new Promise<void>((resolve) => link.onHere(resolve));
    return { link, said };
  }

  function beBusy(milliseconds: number): void {
    const until = performance.now() + milliseconds;
    while (performance.now() < until);
  }

  test('an answer that came while this process was busy is in time', async () => {
    const { link, said } = await connectedLink();
    for (let times = 0; times < 10; times += 1) {
      const answer = link.call((client) => client.ping());
      // So that it is on its way.
      await new Promise((resolve) => setTimeout(resolve, 5));
      beBusy(80);
      expect(await answer).toBe('PONG');
    }
    expect(said).toEqual(['Redis is connected']);
  });

  test('a late answer fails its command alone; Redis is away when five in a row are late', async () => {
    const { link, said } = await connectedLink();
    const ask = () => link.call((client) => client.ping());
    const failure = () => ask().catch((error: unknown) => error);
    for (let times = 0; times < 3; times += 1) {
      await redis().client.client('PAUSE', 120, 'ALL');
      expect(await failure()).toBeInstanceOf(RedisLate);
      await expect.poll(() => ask().catch(() => 'late')).toBe('PONG');
    }
    expect(said).toEqual(['Redis is connected']);
    redis().pause();
    const failures = await Promise.all(Array.from({ length: 5 }, failure));
    expect(failures.every((error) => error instanceof RedisLate)).toBe(true);
    redis().resume();
    expect(said.at(-1)).toMatch(/^Redis is away/);
  });
});
