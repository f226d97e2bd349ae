import { expect, test } from 'vitest';
import { useHealth } from '../../../src/http/plugins/use-health.ts';
import { gatewayOrigin, type TestGateway, useGateways } from '../../support/gateway.ts';

const world = useGateways();
const get = (gateway: TestGateway, path: string, init: RequestInit = {}) =>
  gateway.fetch(new Request(gatewayOrigin + path, init));
const body = async (response: Response) => [response.status, await response.json()];

test('health answers while the process serves, whatever Clerk does', async () => {
  const gateway = world.startWithoutJwtKey();
  world.clerk.controls.answerAlways({ status: 500 });
  expect(await body(await get(gateway, '/health'))).toEqual([200, { status: 'ok' }]);
  expect((await get(gateway, '/health', { method: 'HEAD' })).status).toBe(200);
  expect(world.requests()).toBe(0);
});

test('readiness fails while the key set cannot be fetched, and while shutting down', async () => {
  const gateway = world.startWithoutJwtKey();
  world.clerk.controls.answerAlways({ status: 500 });
  const cannotFetch = "Clerk's key set (JWKS) cannot be fetched";
  expect(await body(await get(gateway, '/ready'))).toEqual([
    503,
    { status: 'not ready', notReadyReasons: [cannotFetch] },
  ]);
  gateway.drain();
  const notReadyReasons = ['shutting down', cannotFetch];
  expect(await body(await get(gateway, '/ready'))).toEqual([503, { status: 'not ready', notReadyReasons }]);
  expect((await get(gateway, '/health')).status).toBe(200);
  const disposed = world.start();
  expect((await get(disposed, '/ready')).status).toBe(200);
  await disposed.dispose();
  expect((await get(disposed, '/ready')).status).toBe(503);
});

test('a host that authenticates itself needs no key set', async () => {
  const gateway = world.startWithoutJwtKey({ authenticate: () => null });
  world.clerk.controls.answerAlways({ status: 500 });
  expect((await get(gateway, '/ready')).status).toBe(200);
});

test.each(['/graphql/health', '/x/ready', '/healthx', '/health/', '/%68ealth'])(
  '%s is not a health path',
  async (path) => {
    expect((await get(world.start(), path)).status).toBe(404);
  },
);

test.each(['/health?x=1', '/ready?x=/nowhere'])('%s is a health path whatever its query', async (path) => {
  expect((await get(world.start(), path)).status).toBe(200);
});

test('an unexpected error is 500 without a detail, and is logged', async () => {
  const logged: unknown[] = [];
  const plugin = useHealth({
    notReadyReasons: () => Promise.reject(new Error('a private text')),
    ...{ warnings: () => [], redisStatus: () => undefined },
    log: { error: (...args: unknown[]) => void logged.push(args) },
  });
  const request = new Request(`${gatewayOrigin}/ready`);
  const { promise, resolve } = Promise.withResolvers<Response>();
  await plugin.onRequest?.({ request, endResponse: resolve } as never);
  expect(await body(await promise)).toEqual([500, { error: 'Unexpected error.' }]);
  expect(logged).toEqual([[expect.objectContaining({ error: 'Error' }), 'unexpected error']]);
});
