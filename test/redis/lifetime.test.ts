import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { quickStart } from '../support/command.ts';
import { gatewayOrigin, useGateways, workingOptions } from '../support/gateway.ts';
import { aSession, askFor, connected, useRedis } from '../support/redis-gateways.ts';
import { freePort, hasRedis, withRedis } from '../support/redis-server.ts';
import { sessionRevoked, webhookSigningSecret } from './clerk-webhooks.ts';

const script = fileURLToPath(new URL('forgotten-gateway.ts', import.meta.url));

describe.skipIf(!hasRedis)(`the life of a gateway with Redis${withRedis}`, () => {
  const world = useGateways();
  const redis = useRedis();
  const start = () => world.start({ redisUrl: redis().url, webhookSigningSecret });
  /** Counts the connections to Redis, except that of the test. */
  const connections = async () =>
    String(await redis().client.client('LIST'))
      .trim()
      .split('\n').length - 1;
  const noneOpen = () => expect.poll(connections).toBe(0);

  test('dispose closes every connection', async () => {
    const gateways = [start(), start()];
    await connected(...gateways);
    expect(await connections()).toBeGreaterThanOrEqual(4);
    await Promise.all(gateways.map((gateway) => gateway.dispose()));
    await noneOpen();
    // They are not opened again.
    await sleep(800);
    expect(await connections()).toBe(0);
  });

  test('dispose may be called at once and repeatedly', async () => {
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        const gateway = start();
        await Promise.all([gateway.dispose(), gateway.dispose()]);
        await gateway.dispose();
      }),
    );
    await sleep(800);
    await noneOpen();
  });

  test('dispose ends while Redis hangs, and leaves no connection', async () => {
    const gateway = start();
    await connected(gateway);
    redis().pause();
    const asked = [askFor(gateway, aSession(world)), askFor(gateway, aSession(world))];
    const webhook = sessionRevoked(aSession(world))(gateway);
    await gateway.dispose();
    expect((await Promise.all(asked)).flatMap(({ codes }) => codes)).toEqual([]);
    expect((await webhook).status).toBe(503);
    redis().resume();
    await noneOpen();
  });

  test('dispose leaves no connection while the gateway connects to a Redis that hangs', async () => {
    redis().pause();
    const gateways = [start(), start()];
    await sleep(700);
    await Promise.all(gateways.map((gateway) => gateway.dispose()));
    redis().resume();
    await sleep(1_000);
    await noneOpen();
  });

  test('after dispose, a request is answered without Redis', async () => {
    const gateway = start();
    await connected(gateway);
    await gateway.dispose();
    await sleep(10);
    expect((await gateway.fetch(new Request(`${gatewayOrigin}/health`))).status).toBe(200);
    expect((await askFor(gateway, aSession(world))).codes).toEqual([]);
    await noneOpen();
  });

  /** Runs a process that never disposes its gateway, until it ends. */
  async function forgotten(redisUrl: string, aliveFor = 0) {
    const { now: _now, ...options } = workingOptions(world.clerk);
    const child = spawn(process.execPath, [...quickStart.args, script], {
      env: {
        PATH: process.env.PATH ?? '',
        ...quickStart.env,
        GATEWAY: JSON.stringify({ ...options, redisUrl }),
        ALIVE_FOR: String(aliveFor),
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk;
      });
    const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    const code = await Promise.race([ended, sleep(20_000, 'still alive', { ref: false })]);
    return { code, output };
  }

  test.each([
    ['at once', 0],
    ['after a while', 1_000],
  ])('a process whose gateway is never disposed ends by itself while Redis is up, %s', async (_when, ms) => {
    const { code, output } = await forgotten(redis().url, ms);
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringMatching(/^done$/m) });
    if (ms > 0) expect(output).toMatch(/Redis is connected/);
    await noneOpen();
  });

  test.each([
    ['at once', 0],
    ['after a while', 1_000],
  ])(
    'a process whose gateway is never disposed ends by itself while Redis is down, %s',
    async (_when, ms) => {
      const { code, output } = await forgotten(`redis://127.0.0.1:${await freePort()}`, ms);
      expect({ code, output }).toMatchObject({ code: 0, output: expect.stringMatching(/^done$/m) });
      if (ms > 0) expect(output.match(/Redis is unavailable/g)).toHaveLength(1);
      expect(output).not.toMatch(/unhandled|ioredis/i);
    },
  );

  test('a process whose gateway is never disposed ends by itself while Redis hangs', async () => {
    redis().pause();
    const { code, output } = await forgotten(redis().url, 1_000);
    redis().resume();
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringMatching(/^done$/m) });
    await noneOpen();
  });
});
