import { describe, expect, test, vi } from 'vitest';
import { createRedisConnection } from '../../src/redis/connection.ts';
import { createRedisSignals } from '../../src/redis/signals.ts';
import { useRedis } from '../support/redis-gateways.ts';
import { hasRedis, withRedis } from '../support/redis-server.ts';

describe.skipIf(!hasRedis)(`signals between instances${withRedis}`, () => {
  const redis = useRedis();
  const text = 'refuse:session:name:1.000:1:signature';

  /** Starts the signals of one instance. @param known - the revocations that it knows */
  function instance(known: string[]) {
    const log = { warn: () => {}, info: () => {}, error: () => {} };
    const connection = createRedisConnection({
      url: redis().url,
      prefix: 'mintgate:test:',
      log,
      now: Date.now,
    });
    const received: string[] = [];
    const connected = new Promise<void>((resolve) => connection.onConnected(resolve));
    const signals = createRedisSignals({
      ...{ connection, prefix: 'mintgate:test:', keepFor: () => 600_000, knownTexts: () => known },
      onRevocation: (one) => void received.push(one),
      onThrottled: () => {},
    });
    const close = () => {
      signals.close();
      connection.close();
    };
    return { signals, received, connected, close };
  }

  test('R10 a revocation that was written back without a message is published when its webhook is delivered again', async () => {
    const other = instance([]);
    await other.connected;
    // After this read the next one is 5 s away.
    await new Promise((resolve) => setTimeout(resolve, 200));
    // Its webhook got 503 while Redis was unavailable: only this instance knows it.
    const one = instance([text]);
    await one.connected;
    await expect.poll(() => redis().client.hlen('mintgate:test:revocation-texts')).toBe(1);
    expect(other.received).toEqual([]);
    await vi.waitFor(() => one.signals.revoke([text]), { timeout: 5_000 });
    await vi.waitFor(() => expect(other.received).toContain(text), { timeout: 2_000 });
    one.close();
    other.close();
  });
});
