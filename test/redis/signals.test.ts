import { describe, expect, test, vi } from 'vitest';
import { createRedisConnection } from '../../src/redis/connection.ts';
import { redisSignals } from '../../src/redis/signals.ts';
import { hasRedis, withRedis } from '../support/redis-server.ts';
import { useRedis } from './sharing.ts';

describe.skipIf(!hasRedis)(`what instances tell each other${withRedis}`, () => {
  const redis = useRedis();
  const text = 'refuse:session:name:1.000:1:signature';

  /** One end of the line. @param known - what it knows by itself */
  function instance(known: string[]) {
    const log = { warn: () => {}, info: () => {}, error: () => {} };
    const connection = createRedisConnection({
      url: redis().url,
      prefix: 'mintgate:test:',
      log,
      now: Date.now,
    });
    const heard: string[] = [];
    const here = new Promise<void>((resolve) => connection.onConnected(resolve));
    const signals = redisSignals({
      ...{ connection, prefix: 'mintgate:test:', keepFor: 600_000, known: () => known },
      onRevocation: (one) => void heard.push(one),
      onThrottled: () => {},
    });
    const close = () => {
      signals.close();
      connection.close();
    };
    return { signals, heard, here, close };
  }

  test('R10 a revocation that was written back in silence is told to everybody when its webhook comes again', async () => {
    const other = instance([]);
    await other.here;
    // Time for the reading after which the next one is 5 s away.
    await new Promise((resolve) => setTimeout(resolve, 200));
    // Refused with 503 while Redis was away: known to this instance alone, until Redis is connected again.
    const one = instance([text]);
    await one.here;
    await expect.poll(() => redis().client.hlen('mintgate:test:revocation-texts')).toBe(1);
    expect(other.heard).toEqual([]);
    await vi.waitFor(() => one.signals.revoke([text]), { timeout: 5_000 });
    await vi.waitFor(() => expect(other.heard).toContain(text), { timeout: 2_000 });
    one.close();
    other.close();
  });
});
