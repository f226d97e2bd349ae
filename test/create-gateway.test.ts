import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, onTestFinished, test } from 'vitest';
import { composeGateway } from '../src/create-gateway.ts';
import { createGateway } from '../src/index.ts';
import { openTelemetry } from '../src/opentelemetry.ts';
import { webRuntime } from '../src/runtime/web.ts';
import { gatewayOrigin, useGateways, workingOptions } from './support/gateway.ts';
import { startMetrics } from './support/metrics.ts';

const world = useGateways();
const silent = { debug() {}, info() {}, warn() {}, error() {} };

test('answers a token, its expiry and its claims for a signed-in session', async () => {
  const gateway = world.start();
  const query = '{ sessionToken(template: "hasura") { jwt expiresAt expiresIn claims } }';
  const { status, data, errors } = await gateway.ask(query, { session: 'sess_ada' });
  expect(errors).toEqual([]);
  expect(status).toBe(200);
  expect(data.sessionToken.claims.sub).toBe('user_ada');
  expect(new Date(data.sessionToken.expiresAt).getTime()).toBe(data.sessionToken.claims.exp * 1000);
  expect(data.sessionToken.expiresIn).toBeGreaterThan(50);
  expect(data.sessionToken.jwt.split('.')).toHaveLength(3);
});

describe('composeGateway', () => {
  test('refuses Redis where the runtime has none', () => {
    const options = { ...workingOptions(world.clerk), redisUrl: 'redis://localhost' };
    expect(() => composeGateway(options, webRuntime)).toThrow(
      "createGateway: redisUrl: 'mintgate/edge' cannot connect to Redis: remove this option",
    );
  });

  test.each<['production' | 'development', number]>([
    ['production', 1],
    ['development', 0],
  ])("warns of templates: '*' in %s %d times", async (mode, times) => {
    const warnings: unknown[] = [];
    const logger = { ...silent, warn: (line: unknown) => void warnings.push(line) };
    const options = { ...workingOptions(world.clerk), templates: '*' as const, mode, logger };
    const { gateway } = composeGateway(options, webRuntime);
    await gateway.dispose();
    expect(warnings.filter((line) => String(line).startsWith("templates: '*'"))).toHaveLength(times);
  });

  test('serves without the parts of Node.js, and is not ready after drain', async () => {
    const options = { ...workingOptions(world.clerk), mode: 'development' as const, logger: silent };
    const { gateway } = composeGateway(options, webRuntime);
    const status = async (path: string) => (await gateway.fetch(new Request(gatewayOrigin + path))).status;
    expect([await status('/health'), await status('/ready')]).toEqual([200, 200]);
    gateway.drain();
    expect([await status('/health'), await status('/ready')]).toEqual([200, 503]);
    expect(gateway.stats().subscriptions).toBe(0);
    await gateway.dispose();
  });

  test('observes a gateway, and publishes on channels, only as far as the runtime has them', async () => {
    const messages: unknown[] = [];
    const listener = (message: unknown) => void messages.push(message);
    subscribe('mintgate:request', listener);
    onTestFinished(() => void unsubscribe('mintgate:request', listener));
    const { meterProvider, collect } = startMetrics();
    const options = { ...workingOptions(world.clerk), logger: silent };
    const telemetry = openTelemetry({ meterProvider });
    const edge = composeGateway({ ...options, telemetry }, webRuntime).gateway;
    await edge.fetch(new Request(`${gatewayOrigin}/health`));
    expect(messages).toEqual([]);
    expect((await collect()).map(({ name }) => name)).toContain('http.server.request.duration');
    const node = createGateway(options);
    await node.fetch(new Request(`${gatewayOrigin}/health`));
    expect(messages).toMatchObject([{ route: '/health', status: 200 }]);
    await Promise.all([edge.dispose(), node.dispose()]);
  });

  test('keeps the work of a request going with the waitUntil of its host', async () => {
    const waited: Promise<unknown>[] = [];
    const gateway = createGateway({ ...workingOptions(world.clerk), logger: silent });
    const context = { waitUntil: (work: Promise<unknown>) => void waited.push(work) };
    await gateway.fetch(new Request(`${gatewayOrigin}/health`), context);
    await gateway.dispose();
    expect(waited.length).toBeGreaterThan(0);
  });
});
