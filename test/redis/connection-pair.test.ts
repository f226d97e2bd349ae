import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createConnectionPair } from '../../src/redis/connection-pair.ts';
import { useRedis } from '../support/redis-gateways.ts';
import { freePort, hasRedis, withRedis } from '../support/redis-server.ts';

describe.skipIf(!hasRedis)(`a pair of connections to Redis${withRedis}`, () => {
  const redis = useRedis();

  function createPair(url = redis().url) {
    const onLost = vi.fn();
    const pair = createConnectionPair(url, onLost);
    onTestFinished(() => pair.close());
    return { pair, onLost };
  }

  test('opens on demand, and may be opened again', async () => {
    const { pair } = createPair();
    expect(pair.isOpen()).toBe(false);
    await pair.open();
    await pair.open();
    expect(pair.isOpen()).toBe(true);
    expect(await pair.client.ping()).toBe('PONG');
  });

  test('delivers messages to the subscriber', async () => {
    const { pair } = createPair();
    await pair.open();
    await pair.subscriber.subscribe('news');
    const message = new Promise((resolve) => pair.subscriber.once('message', (...args) => resolve(args)));
    await pair.client.publish('news', 'text');
    expect(await message).toEqual(['news', 'text']);
  });

  test('closes both when Redis closes one', async () => {
    const { pair, onLost } = createPair();
    await pair.open();
    await redis().client.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await expect.poll(() => onLost.mock.calls.length).toBeGreaterThan(0);
    await expect.poll(() => [pair.client.status, pair.subscriber.status]).toEqual(['end', 'end']);
    await pair.open();
    expect(pair.isOpen()).toBe(true);
  });

  test('opens again after drop', async () => {
    const { pair } = createPair();
    await pair.open();
    pair.drop();
    await expect.poll(() => [pair.client.status, pair.subscriber.status]).toEqual(['end', 'end']);
    expect(pair.isOpen()).toBe(false);
    await pair.open();
    expect(pair.isOpen()).toBe(true);
  });

  test('does not open after close', async () => {
    const { pair } = createPair();
    pair.close();
    await expect(pair.open()).rejects.toThrow(/closed for good/);
  });

  test('names the first error as the cause of a failed open', async () => {
    const { pair } = createPair(`redis://127.0.0.1:${await freePort()}`);
    const failure: unknown = await pair.open().catch((error: unknown) => error);
    expect(pair.causeOf(failure)).toMatchObject({ code: 'ECONNREFUSED' });
    const other = new Error('no error since the last open');
    const { pair: idle } = createPair();
    expect(idle.causeOf(other)).toBe(other);
  });
});
