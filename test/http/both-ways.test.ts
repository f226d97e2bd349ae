import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';
import { type Answered, createPrimedGateway, type PrimedGateway } from '../support/both-ways.ts';
import { gatewayOrigin, useGateways, workingOptions } from '../support/gateway.ts';

const world = useGateways();
const endpoint = `${gatewayOrigin}/graphql`;
const body = JSON.stringify({ query: '{ sessionToken(template: "hasura") { jwt } }' });
let mintingClerk: LocalClerk;
beforeAll(async () => {
  mintingClerk = await startLocalClerk({ secretKey: world.clerk.secretKey });
});
afterAll(() => mintingClerk.close());

/** Sends a request to a gateway. @returns the request and its answer */
async function answered(authorization: string): Promise<Answered> {
  const headers = { 'content-type': 'application/json', authorization };
  const response = await world.start().post(body, headers);
  const { status, headers: answerHeaders } = response;
  return { body, headers, status, answerHeaders, text: await response.text() };
}

function primed(options = {}): PrimedGateway {
  const all = { ...workingOptions(world.clerk), ...options };
  const gateway = createPrimedGateway({ clerk: world.clerk, mintingClerk, options: all, endpoint });
  if (gateway === undefined) throw new Error('expected a fast path');
  onTestFinished(() => gateway.dispose());
  return gateway;
}

test('X22 an equal answer of the fast path passes, each request once', async () => {
  const gateway = primed();
  const good = await answered(`Bearer ${await world.clerk.mintSessionToken('sess_ada')}`);
  await gateway.compare(good);
  await gateway.compare(good);
  expect([gateway.known, gateway.compared]).toEqual([1, 1]);
});

test('X22 a refusal is compared with a fast path that knows the request', async () => {
  const gateway = primed();
  await gateway.compare(await answered('Bearer x.y.z'));
  expect([gateway.known, gateway.compared]).toEqual([1, 0]);
});

test.each<[string, (good: Answered) => Partial<Answered>]>([
  ['status', () => ({ status: 401 })],
  ['header', ({ answerHeaders }) => ({ answerHeaders: new Headers([...answerHeaders, ['x-other', 'a']]) })],
  ['body', () => ({ text: '{"errors":[{"message":"no"}]}' })],
])('X22 another %s of the gateway under test is found', async (_what, change) => {
  const good = await answered(`Bearer ${await world.clerk.mintSessionToken('sess_ada')}`);
  await expect(primed().compare({ ...good, ...change(good) })).rejects.toThrow(
    'the fast path answers otherwise',
  );
});

test('X22 gateways without a fast path of their own are not compared', () => {
  const withOptions = (options: object) =>
    createPrimedGateway({
      ...{ clerk: world.clerk, mintingClerk, endpoint },
      options: { ...workingOptions(world.clerk), ...options },
    });
  expect(withOptions({ fastPath: false })).toBeUndefined();
  expect(withOptions({ jwtKey: undefined })).toBeUndefined();
  expect(withOptions({ authenticate: async () => null })).toBeUndefined();
});
