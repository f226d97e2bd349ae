import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { connect, dropConnection, markUnavailable } from '../../src/redis/reconnect.ts';
import { useRedis } from '../support/redis-gateways.ts';
import { freePort, hasRedis, startRedis, withRedis } from '../support/redis-server.ts';
import { createState } from './create-state.ts';

describe.skipIf(!hasRedis)(`connecting to Redis${withRedis}`, () => {
  const redis = useRedis();
  const unavailable = expect.stringMatching(/^Redis is unavailable:/);

  async function connectedState() {
    const { state, lines } = createState(redis().url);
    await connect(state);
    // A busy machine may make the first attempt late.
    await vi.waitFor(() => expect(state.phase).toBe('connected'), { timeout: 5_000 });
    lines.length = 0;
    return { state, lines };
  }

  test('calls the listeners each time, and logs the first', async () => {
    const { state, lines } = createState(redis().url);
    const listener = vi.fn();
    state.connectedListeners.push(listener);
    await vi.waitFor(
      async () => {
        await connect(state);
        expect(state.phase).toBe('connected');
      },
      { timeout: 5_000 },
    );
    expect(lines.at(-1)).toMatch(/^Redis is connected/);
    const logged = lines.length;
    const called = listener.mock.calls.length;
    await vi.waitFor(
      async () => {
        await connect(state);
        expect(listener.mock.calls.length).toBeGreaterThan(called);
      },
      { timeout: 5_000 },
    );
    if (lines.length > logged) expect(lines).toContainEqual(unavailable);
  });

  test('is tried again in the background until Redis is there', async () => {
    const port = await freePort();
    const { state, lines } = createState(`redis://127.0.0.1:${port}`);
    await connect(state);
    expect([state.phase, lines]).toEqual(['unavailable', [unavailable]]);
    await expect.poll(() => state.failedAttempts).toBeGreaterThan(1);
    expect(lines).toHaveLength(1);
    const server = await startRedis(['--port', String(port)]);
    onTestFinished(() => server.close());
    await vi.waitFor(() => expect(state.phase).toBe('connected'), { timeout: 5_000 });
    expect(lines.at(-1)).toBe('Redis is connected again');
    expect(state.failedAttempts).toBe(0);
  });

  test('the attempts of all requests do not run in the context of the one that has noticed the failure', async () => {
    const { state } = await connectedState();
    const request = new AsyncLocalStorage<string>();
    const contexts: (string | undefined)[] = [];
    state.connectedListeners.push(() => contexts.push(request.getStore()));
    for (const notice of [
      () => markUnavailable(state, 'too slow'),
      () => dropConnection(state, new Error()),
    ]) {
      contexts.length = 0;
      request.run('of a caller', notice);
      await vi.waitFor(() => expect(state.phase).toBe('connected'), { timeout: 5_000 });
      expect(contexts).toEqual([undefined]);
    }
  });

  test('R15 a replica is never connected', async () => {
    await redis().client.replicaof('127.0.0.1', await freePort());
    onTestFinished(async () => void (await redis().client.replicaof('NO', 'ONE')));
    const { state } = createState(redis().url);
    await connect(state);
    expect(state.phase).toBe('unavailable');
  });

  test('a dropped connection is opened again', async () => {
    const { state, lines } = await connectedState();
    dropConnection(state, new Error('a reply that cannot be parsed'));
    dropConnection(state, new Error('another one'));
    expect([state.phase, lines]).toEqual(['unavailable', [unavailable]]);
    await expect.poll(() => state.pair.isOpen()).toBe(false);
    await vi.waitFor(() => expect(state.phase).toBe('connected'), { timeout: 5_000 });
  });

  test('an unavailable Redis keeps its connections: it may only be busy', async () => {
    const { state } = await connectedState();
    markUnavailable(state, 'too slow');
    expect([state.phase, state.pair.isOpen(), state.unavailableSince > 0]).toEqual([
      'unavailable',
      true,
      true,
    ]);
  });

  test('a closed connection stays closed', async () => {
    const { state, lines } = await connectedState();
    state.phase = 'closed';
    markUnavailable(state, 'connection lost');
    await connect(state);
    expect([state.phase, state.reconnectTimer, lines]).toEqual(['closed', undefined, []]);
  });
});
