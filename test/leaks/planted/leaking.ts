/** Each of these tests outputs a claim value in a different way. test/leaks/suite.test.ts checks that all are detected. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { newFolder, startDev } from '../../support/command.ts';
import { useGateways } from '../../support/gateway.ts';
import { nowSeconds, sessionClaims } from '../../support/tokens.ts';
import { claimCanaries } from '../forbidden.ts';

const world = useGateways();
const query = '{ session { userId } }';

/** Creates a gateway with a user whose id is forbidden in every output. */
const leaky = () =>
  world.start({
    authenticate: () => ({
      claims: sessionClaims({ sub: claimCanaries.minted, iat: nowSeconds() }) as never,
    }),
  });

test('leaks by an answer', async () => {
  expect((await leaky().ask(query)).status).toBe(200);
});

test('leaks by an answer over a socket', async () => {
  const server = createServer(leaky());
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  const headers = { 'content-type': 'application/json', connection: 'close' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  expect((await response.text()).length).toBeGreaterThan(0);
});

test('leaks by a log and an audit record', async () => {
  const { status } = await leaky().ask('{ sessionToken(template: "none") { jwt } }');
  expect(status).toBe(200);
});

test('leaks by the console', () => {
  console.log(`a claim: ${claimCanaries.session}`);
});

test('leaks by a command', async () => {
  const data = {
    users: [{ id: claimCanaries.minted }],
    sessions: [{ id: 'sess_1', user_id: claimCanaries.minted }],
  };
  const folder = await newFolder({ 'clerk.json': JSON.stringify(data) });
  const { ready, seen } = await startDev(['--data', 'clerk.json'], { folder });
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${ready.sessions[0]?.token}`,
  };
  const body = JSON.stringify({
    query: 'query Leaking { session { userId } sessionToken(template: "none") { jwt } }',
  });
  const response = await fetch(ready.url, { method: 'POST', headers, body });
  expect(response.status).toBe(200);
  await seen(/Leaking/);
});
