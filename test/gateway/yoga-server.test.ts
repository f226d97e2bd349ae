import { expect, test } from 'vitest';
import { eventOf, newSigningSecret, type SignedWebhook, signWebhook } from '../support/clerk-events.ts';
import { exchangeForm, tokenExchange } from '../support/exchange.ts';
import {
  appOrigin,
  gatewayOrigin,
  type TestGateway,
  useGateways,
  workingOptions,
} from '../support/gateway.ts';

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

/** Sends the first bytes of a body, then calls a function, then sends the rest. */
async function sendSlowly(
  gateway: TestGateway,
  path: string,
  signed: SignedWebhook,
  meanwhile: () => Promise<unknown>,
) {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const init = { method: 'POST', body: readable, duplex: 'half', headers: signed.headers };
  const answer = gateway.fetch(new Request(gatewayOrigin + path, init as RequestInit));
  const bytes = new TextEncoder().encode(signed.body);
  await writer.write(bytes.slice(0, 5));
  await meanwhile();
  await writer.write(bytes.slice(5));
  await writer.close();
  return answer;
}

test('a secret that is removed while a body arrives is no longer accepted', async () => {
  const options = workingOptions(world.clerk);
  const [before, after] = [newSigningSecret(), newSigningSecret()];
  const gateway = world.start({ webhookSigningSecret: before });
  const webhook = () => signWebhook(before, eventOf('user.updated', { id: 'user_other' }));
  const stays = async () => {};
  expect((await sendSlowly(gateway, '/webhooks/clerk', webhook(), stays)).status).toBe(200);
  const reload = () => gateway.reload({ ...options, webhookSigningSecret: after });
  expect((await sendSlowly(gateway, '/webhooks/clerk', webhook(), reload)).status).toBe(400);
});

test('E01 an audience that is removed while a body arrives is no longer exchanged', async () => {
  const options = workingOptions(world.clerk);
  const gateway = world.start({ tokenExchange });
  const form = exchangeForm({ subject_token: await world.clerk.mintSessionToken('sess_ada') });
  const request = {
    body: String(form),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  };
  const stays = async () => {};
  expect((await sendSlowly(gateway, '/token', request, stays)).status).toBe(200);
  const answer = await sendSlowly(gateway, '/token', request, () => gateway.reload(options));
  expect([answer.status, await answer.json()]).toEqual([
    400,
    expect.objectContaining({ error: 'invalid_target' }),
  ]);
});

test('persisted documents that are set while a body arrives apply to it', async () => {
  const options = workingOptions(world.clerk);
  const gateway = world.start();
  const request = {
    body: JSON.stringify({ query: '{ __typename }' }),
    headers: { 'content-type': 'application/json' },
  };
  const reload = () => gateway.reload({ ...options, persistedDocuments: { 'sha256:one': '{ __typename }' } });
  const answer = await sendSlowly(gateway, '/graphql', request, reload);
  expect([answer.status, await answer.text()]).toEqual([
    400,
    expect.stringMatching(/Only persisted documents/),
  ]);
});

test('a drained gateway stays not ready after a reload', async () => {
  const options = workingOptions(world.clerk);
  const gateway = world.start();
  gateway.drain();
  await gateway.reload(options);
  expect((await gateway.fetch(new Request(`${gatewayOrigin}/ready`))).status).toBe(503);
});
