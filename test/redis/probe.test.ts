import { describe, expect, onTestFinished, test } from 'vitest';
import { createProbe } from '../../src/redis/probe.ts';
import { useRedis } from '../support/redis-gateways.ts';
import { freePort, hasRedis, withRedis } from '../support/redis-server.ts';

describe.skipIf(!hasRedis)(`a probe of Redis${withRedis}`, () => {
  const redis = useRedis();

  test('resolves when its message has arrived, and leaves no key', async () => {
    const probe = createProbe('mintgate:test:');
    const subscriber = redis().client.duplicate();
    onTestFinished(() => void subscriber.disconnect());
    subscriber.on('message', (_channel, message) => probe.onMessage(message));
    await subscriber.subscribe(probe.channel);
    await probe.run(redis().client);
    await probe.run(redis().client);
    expect(await redis().client.keys('*')).toEqual([]);
  });

  test('does not resolve by another message', async () => {
    const probe = createProbe('mintgate:test:');
    let hasArrived = false;
    void probe.run(redis().client).then(() => {
      hasArrived = true;
    });
    await expect.poll(() => redis().client.info('commandstats')).toMatch(/cmdstat_publish/);
    probe.onMessage('another message');
    await redis().client.ping();
    expect(hasArrived).toBe(false);
  });

  test('rejects on a replica', async () => {
    await redis().client.replicaof('127.0.0.1', await freePort());
    onTestFinished(async () => void (await redis().client.replicaof('NO', 'ONE')));
    await expect(createProbe('mintgate:test:').run(redis().client)).rejects.toThrow(/READONLY/);
  });

  test('has a channel that no other probe has', () => {
    const [one, other] = [createProbe('mintgate:test:'), createProbe('mintgate:test:')];
    expect(one.channel).toMatch(/^mintgate:test:probe:/);
    expect(one.channel).not.toBe(other.channel);
  });
});
