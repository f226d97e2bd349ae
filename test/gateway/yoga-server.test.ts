import { expect, test } from 'vitest';
import { appOrigin, gatewayOrigin, useGateways, workingOptions } from '../support/gateway.ts';

const world = useGateways();
const preflight = {
  method: 'OPTIONS',
  headers: { origin: appOrigin, 'access-control-request-method': 'POST' },
};

test('a request that began before a reload is answered by the server that it reached', async () => {
  const options = workingOptions(world.clerk);
  const gateway = world.start({ corsOrigins: [appOrigin] });
  world.clerk.controls.setLatency(200);
  const session = 'sess_ada';
  const waiting = gateway.ask('{ sessionToken(template: "hasura") { jwt } }', { session });
  await expect.poll(world.mints).toBe(1);
  await gateway.reload(options);
  expect((await waiting).codes).toEqual([]);
  const answer = await gateway.fetch(new Request(`${gatewayOrigin}/graphql`, preflight));
  expect(answer.headers.get('access-control-allow-origin')).toBeNull();
});

test('a drained gateway stays not ready after a reload', async () => {
  const options = workingOptions(world.clerk);
  const gateway = world.start();
  gateway.drain();
  await gateway.reload(options);
  expect((await gateway.fetch(new Request(`${gatewayOrigin}/ready`))).status).toBe(503);
});
