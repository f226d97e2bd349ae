import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { checkWritable } from '../../src/redis/check-writable.ts';
import { RedisTimeoutError } from '../../src/redis/command-timeout.ts';
import { useRedis } from '../support/redis-gateways.ts';
import { freePort, hasRedis, withRedis } from '../support/redis-server.ts';
import { createState } from './create-state.ts';

describe.skipIf(!hasRedis)(`the check whether Redis is writable${withRedis}`, () => {
  const redis = useRedis();

  async function openState() {
    const { state, lines } = createState(redis().url);
    await state.pair.open();
    await state.pair.subscriber.subscribe(...state.channels.keys());
    return { state, lines };
  }

  test('passes for a primary', async () => {
    const { state, lines } = await openState();
    state.isWritable = false;
    // A busy machine may make a command late.
    await vi.waitFor(() => checkWritable(state), { timeout: 5_000 });
    expect([state.isWritable, lines]).toEqual([true, []]);
  });

  test('keeps the connection when the memory is full, and logs the error', async () => {
    const { state, lines } = await openState();
    await redis().client.config('SET', 'maxmemory', '1', 'maxmemory-policy', 'noeviction');
    onTestFinished(async () => void (await redis().client.config('SET', 'maxmemory', '0')));
    await vi.waitFor(() => checkWritable(state), { timeout: 5_000 });
    expect([state.isWritable, lines]).toEqual([
      false,
      ['Redis refuses a command: its memory is full: raise its maxmemory'],
    ]);
  });

  test('R15 fails for a replica', async () => {
    const { state } = await openState();
    await redis().client.replicaof('127.0.0.1', await freePort());
    onTestFinished(async () => void (await redis().client.replicaof('NO', 'ONE')));
    await expect.poll(() => checkWritable(state).catch(String)).toMatch(/READONLY/);
  });

  test('R02 fails when no message arrives', async () => {
    const { state } = await openState();
    await state.pair.subscriber.unsubscribe();
    await expect(checkWritable(state)).rejects.toBeInstanceOf(RedisTimeoutError);
  });

  test('C16 fails while Redis hangs', async () => {
    const { state } = await openState();
    redis().pause();
    onTestFinished(() => redis().resume());
    await expect(checkWritable(state)).rejects.toBeInstanceOf(RedisTimeoutError);
  });
});
