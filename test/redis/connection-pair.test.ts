import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createConnectionPair } from '../../src/redis/connection-pair.ts';
import { useRedis } from '../support/redis-gateways.ts';
import { freePort, hasRedis, withRedis } from '../support/redis-server.ts';

describe.skipIf(!hasRedis)(`a pair of connections to Redis${withRedis}`, () => {
  const redis = useRedis();

  function createPair(url = redis().url) {
    const onLost = vi.fn();
    const onMessage = vi.fn();
    const pair = createConnectionPair(url, { onLost, onMessage });
    onTestFinished(() => pair.close());
    return { pair, onLost, onMessage };
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
    const { pair, onMessage } = createPair();
    await pair.open();
    await pair.subscriber.subscribe('news');
    await pair.client.publish('news', 'text');
    await expect.poll(() => onMessage.mock.calls).toEqual([['news', 'text']]);
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

  test('has no connections before it is first opened', async () => {
    const { pair } = createPair();
    expect(() => pair.client).toThrow('call open first');
    expect(() => pair.subscriber).toThrow('call open first');
    pair.drop();
    const opened = pair.open();
    pair.close();
    await expect(opened).rejects.toThrow(/closed for good/);
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
