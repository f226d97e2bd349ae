import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { probeNow, startProbing } from '../../src/redis/periodic-probe.ts';
import { connect } from '../../src/redis/reconnect.ts';
import { useRedis } from '../support/redis-gateways.ts';
import { freePort, hasRedis, withRedis } from '../support/redis-server.ts';
import { createState } from './create-state.ts';

describe.skipIf(!hasRedis)(`the periodic probe of Redis${withRedis}`, () => {
  const redis = useRedis();

  async function connectedState() {
    const { state, lines } = createState(redis().url);
    await connect(state);
    // A busy machine may make the first attempt late.
    await vi.waitFor(() => expect(state.phase).toBe('connected'), { timeout: 5_000 });
    return { state, lines };
  }

  test('is scheduled at the start and after each probe', async () => {
    const { state } = await connectedState();
    startProbing(state);
    const first = state.probeTimer;
    expect(first).toBeDefined();
    await probeNow(state);
    expect(state.probeTimer).toBeDefined();
    expect(state.probeTimer).not.toBe(first);
  });

  test('R15 drops the connections to a server that has become a replica', async () => {
    const { state } = await connectedState();
    await redis().client.replicaof('127.0.0.1', await freePort());
    onTestFinished(async () => void (await redis().client.replicaof('NO', 'ONE')));
    await vi.waitFor(
      async () => {
        await probeNow(state);
        expect(state.phase).toBe('unavailable');
      },
      { timeout: 5_000 },
    );
    await expect.poll(() => state.pair.isOpen()).toBe(false);
  });

  test('R02 drops the connections after three probes without a message', async () => {
    const { state } = await connectedState();
    await state.pair.subscriber.unsubscribe();
    for (const failed of [1, 2]) {
      await probeNow(state);
      expect([state.phase, state.failedProbes]).toEqual(['connected', failed]);
    }
    await probeNow(state);
    expect(state.phase).toBe('unavailable');
    await expect.poll(() => state.pair.isOpen()).toBe(false);
  });

  test('does nothing while Redis is unavailable, or while another probe runs', async () => {
    const { state } = createState(redis().url);
    await probeNow(state);
    expect([state.phase, state.failedProbes, state.isProbing]).toEqual(['connecting', 0, false]);
    state.isProbing = true;
    const timer = state.probeTimer;
    await probeNow(state);
    expect(state.probeTimer).toBe(timer);
  });

  test('ends when the connection is closed', async () => {
    const { state } = createState(redis().url);
    state.phase = 'closed';
    startProbing(state);
    await probeNow(state);
    expect(state.probeTimer).toBeUndefined();
  });
});
