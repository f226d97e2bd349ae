import { expect, test } from 'vitest';
import { type Asking, appOrigin, type TestGateway, useGateways } from '../../support/gateway.ts';

const world = useGateways();
const query = 'query Token { sessionToken(template: "hasura") { jwt } }';

/** Sends a query three times. @returns how many of them the fast path answered */
async function fastAnswers(gateway: TestGateway, text: string, asking: Asking = {}): Promise<number> {
  const before = gateway.stats().requests.fastPath;
  const texts = new Set<string>();
  for (let at = 0; at < 3; at += 1)
    texts.add((await gateway.ask(text, { session: 'sess_ada', ...asking })).text);
  expect(texts.size).toBe(1);
  return gateway.stats().requests.fastPath - before;
}

test.each<[string, string, Asking?]>([
  ['a token', query],
  ['variables', 'query ($t: String!) { sessionToken(template: $t) { jwt } }', { variables: { t: 'hasura' } }],
  ['the session', '{ session { id userId organizationId token(template: "hasura") { claims } } }'],
  ['the name of a type', '{ __typename }'],
  ['a fragment of the root', '{ ...Q } fragment Q on Query { session { id } }'],
  ['an allowed origin', query, { headers: { origin: appOrigin } }],
  ['a foreign origin', query, { headers: { origin: 'https://evil.example' } }],
  ['its own media type', query, { headers: { accept: 'application/graphql-response+json' } }],
])('X22 an operation with %s is learnt by its first answer', async (_what, text, asking) => {
  expect(await fastAnswers(world.start({ corsOrigins: [appOrigin] }), text, asking)).toBe(2);
});

test('X22 a persisted document is learnt by its id', async () => {
  const gateway = world.start({ persistedDocuments: { one: query } });
  const headers = { authorization: `Bearer ${await world.clerk.mintSessionToken('sess_ada')}` };
  for (let at = 0; at < 3; at += 1) {
    const response = await gateway.post('{"documentId":"one"}', headers);
    expect((await response.json()).data.sessionToken.jwt).toMatch(/^eyJ/);
  }
  expect(gateway.stats().requests.fastPath).toBe(2);
});

test.each<[string, string, Asking?]>([
  ['a root field that needs other checks', '{ _service { sdl } }'],
  ['such a field beside a token', `{ sessionToken(template: "hasura") { jwt } _service { sdl } }`],
  ['introspection', '{ __schema { queryType { name } } }'],
  ['an error', '{ sessionToken(template: "none") { jwt } }'],
  ['an error in one of two fields', '{ session { id } sessionToken(template: "none") { jwt } }'],
  ['a syntax error', '{'],
  ['credentials that are refused', query, { bearer: 'x.y.z' }],
  ['no credentials', '{ session { id } }', { bearer: '' }],
  ['an answer in several parts', query, { headers: { accept: 'multipart/mixed' } }],
])('X22 an operation with %s is not learnt', async (_what, text, asking = {}) => {
  const gateway = world.start({ mode: 'development' });
  const { session = asking.bearer === undefined ? 'sess_ada' : undefined, ...rest } = asking;
  for (let at = 0; at < 3; at += 1) {
    const authorization: Record<string, string> =
      session === undefined ? {} : { authorization: `Bearer ${await world.clerk.mintSessionToken(session)}` };
    const bearer: Record<string, string> = rest.bearer ? { authorization: `Bearer ${rest.bearer}` } : {};
    await gateway.post(JSON.stringify({ query: text }), { ...authorization, ...bearer, ...rest.headers });
  }
  expect(gateway.stats().requests).toEqual({ fastPath: 0, yoga: 3 });
});

test('X22 without the fast path nothing is learnt', async () => {
  expect(await fastAnswers(world.start({ fastPath: false }), query)).toBe(0);
});
