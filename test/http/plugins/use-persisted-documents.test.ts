import { createYoga, type Plugin } from 'graphql-yoga';
import { describe, expect, test } from 'vitest';
import { CallingSessionDocument } from '../../../src/client/generated/graphql.ts';
import manifest from '../../../src/client/generated/persisted-documents.json' with { type: 'json' };
import { schema } from '../../../src/graphql/schema.ts';
import { createDocumentCache } from '../../../src/http/documents/document-cache.ts';
import { usePersistedDocuments } from '../../../src/http/plugins/use-persisted-documents.ts';
import type { GatewayOptions } from '../../../src/index.ts';
import { readAnswer } from '../../support/answer.ts';
import { events } from '../../support/event-stream.ts';
import { appOrigin, type TestGateway, useGateways } from '../../support/gateway.ts';
import { clerkCookies } from '../../support/tokens.ts';

const world = useGateways();
const start = (options: Partial<GatewayOptions> = {}) =>
  world.start({ persistedDocuments: manifest, ...options });

/** Returns the id that codegen adds to a typed document. */
const idOf = (document: { __meta__?: Record<string, unknown> | undefined }) =>
  String(document.__meta__?.hash);
const sessionId = idOf(CallingSessionDocument);

const bearer = async () => ({ authorization: `Bearer ${await world.clerk.mintSessionToken('sess_ada')}` });

async function send(gateway: TestGateway, body: unknown, headers: Record<string, string> = {}) {
  return readAnswer(await gateway.post(JSON.stringify(body), { ...(await bearer()), ...headers }));
}

async function expectRefusal(gateway: TestGateway, body: unknown, message: RegExp) {
  const { status, data, errors } = await send(gateway, body);
  expect([status, data]).toEqual([400, undefined]);
  expect(errors).toMatchObject([
    { message: expect.stringMatching(message), extensions: { code: 'BAD_REQUEST' } },
  ]);
  expect(world.requests()).toBe(0);
}

describe('with persisted documents', () => {
  test.each(Object.entries(manifest))('the document %s of codegen is executed', async (documentId, text) => {
    const accept = text.startsWith('subscription') ? 'text/event-stream' : 'application/json';
    const body = JSON.stringify({ documentId, variables: { template: 'minimal' } });
    const response = await start().post(body, { ...(await bearer()), accept });
    const answer =
      accept === 'application/json' ? await response.json() : (await events(response, 1))[0]?.data;
    expect(answer).toEqual({ data: { [/sessionToken|session/.exec(text)?.[0] ?? '']: expect.any(Object) } });
  });

  test('a subscription is refused before a stream is opened for it, like any other query', async () => {
    const query = 'subscription { sessionToken(template: "minimal") { jwt } }';
    const headers = { ...(await bearer()), accept: 'text/event-stream' };
    const gateway = start();
    const response = await gateway.post(JSON.stringify({ query }), headers);
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain('"jwt"');
    expect([gateway.stats().subscriptions, world.requests()]).toEqual([0, 0]);
  });

  test('an id may be sent as Apollo Client sends it', async () => {
    const persistedQuery = { version: 1, sha256Hash: sessionId };
    const { data } = await send(start(), { extensions: { persistedQuery } });
    expect(data.session).toMatchObject({ id: 'sess_ada' });
  });

  test.each<[string, unknown, RegExp]>([
    ['a query', { query: '{ session { id } }' }, /send documentId, not a query/],
    [
      'the text of a document of the manifest',
      { query: manifest[sessionId as keyof typeof manifest] },
      /not a query/,
    ],
    ['a query beside an id', { query: '{ __typename }', documentId: sessionId }, /not a query/],
    ['the query of a router', { query: '{ _service { sdl } }' }, /not a query/],
    ['introspection', { query: '{ __schema { queryType { name } } }' }, /not a query/],
    ['a query that is not a text', { query: 5, documentId: sessionId }, /not a query/],
    ['a text that is not GraphQL', { query: '}{' }, /not a query/],
    ['nothing', {}, /send the documentId of one/],
    ['an id that is not a text', { documentId: 5 }, /send the documentId of one/],
    ['an id that is a list', { documentId: [sessionId] }, /send the documentId of one/],
    ['an unknown id', { documentId: `${sessionId}0` }, /documentId names no persisted document/],
    [
      'the hash alone',
      { documentId: sessionId.replace('sha256:', '') },
      /documentId names no persisted document/,
    ],
    [
      'the name of an inherited property',
      { documentId: '__proto__' },
      /documentId names no persisted document/,
    ],
    [
      'the name of another inherited property',
      { documentId: 'constructor' },
      /documentId names no persisted document/,
    ],
  ])('a request with %s is refused with 400', async (_what, body, message) => {
    await expectRefusal(start(), body, message);
  });

  test('a refused query is not parsed, so that its mistakes are not reported', async () => {
    const { text } = await send(start({ mode: 'development' }), { query: '{ sesion { id } ' });
    expect(text).not.toMatch(/syntax|sesion|did you mean/i);
  });

  test.each([null, 5, 'text', [{ documentId: sessionId }]])(
    'X12 the body %j is a client error, too',
    async (body) => {
      const { status, codes } = await send(start(), body);
      expect([status, codes]).toEqual([400, ['BAD_REQUEST']]);
    },
  );

  test('variables are checked, and operationName selects one of several operations', async () => {
    const persistedDocuments = {
      two: 'query A { session { id } } query B($t: String!) { sessionToken(template: $t) { expiresIn } }',
    };
    const gateway = start({ persistedDocuments });
    const a = await send(gateway, { documentId: 'two', operationName: 'A' });
    expect(a.data).toEqual({ session: { id: 'sess_ada' } });
    const b = await send(gateway, { documentId: 'two', operationName: 'B', variables: { t: '../x' } });
    expect(b.codes).toEqual(['BAD_USER_INPUT']);
    expect((await send(gateway, { documentId: 'two', operationName: 'B' })).codes).toEqual([
      'BAD_USER_INPUT',
    ]);
  });

  test('a repeated document is validated once, and its text stays refused', async () => {
    const cache = createDocumentCache();
    let validations = 0;
    const counter: Plugin = {
      onValidate: ({ validateFn, setValidationFn }) =>
        setValidationFn((...args) => {
          validations += 1;
          return validateFn(...args);
        }),
    };
    const plugins = [usePersistedDocuments({ name: '{ __typename }' }), cache.plugin, counter];
    const yoga = createYoga({ schema, parserAndValidationCache: cache.option, plugins, logging: false });
    const ask = async (body: object) => {
      const headers = { 'content-type': 'application/json' };
      const response = await yoga.fetch('https://tokens.example.com/graphql', {
        ...{ method: 'POST', headers },
        body: JSON.stringify(body),
      });
      return [response.status, ((await response.json()) as { data?: unknown }).data];
    };
    for (let asked = 0; asked < 3; asked += 1)
      expect(await ask({ documentId: 'name' })).toEqual([200, { __typename: 'Query' }]);
    expect(validations).toBe(1);
    expect(await ask({ query: '{ __typename }' })).toEqual([400, undefined]);
  });

  test('the rules on sessions, cookies, media types, methods and sizes still apply', async () => {
    const gateway = start({ requireSession: true, corsOrigins: [appOrigin], maxBodyBytes: 400 });
    const body = JSON.stringify({ documentId: sessionId });
    const status = async (headers: Record<string, string>, text = body) =>
      (await gateway.post(text, headers)).status;
    const cookie = clerkCookies(await world.clerk.mintSessionToken('sess_ada'));
    expect(await status({})).toBe(401);
    expect(await status(await bearer())).toBe(200);
    expect(await status({ cookie })).toBe(403);
    expect(await status({ cookie, origin: 'https://evil.example' })).toBe(403);
    expect(await status({ ...(await bearer()), 'content-type': 'text/plain' })).toBe(415);
    expect(await status(await bearer(), body.padEnd(401))).toBe(413);
    const url = new URL('https://tokens.example.com/graphql');
    url.searchParams.set('documentId', sessionId);
    expect((await gateway.fetch(new Request(url, { headers: await bearer() }))).status).toBe(405);
  });

  test('a persisted document may select _service or _entities; no other request can', async () => {
    const persistedDocuments = {
      sdl: '{ _service { sdl } }',
      mine: 'query ($id: ID!) { _entities(representations: [{ __typename: "Session", id: $id }]) { ... on Session { id } } }',
    };
    const gateway = start({ persistedDocuments });
    expect((await send(gateway, { documentId: 'sdl' })).data._service.sdl).toContain('type Session');
    for (const [id, found] of [
      ['sess_ada', { id: 'sess_ada' }],
      ['sess_grace_acme', null],
    ])
      expect((await send(gateway, { documentId: 'mine', variables: { id } })).data).toEqual({
        _entities: [found],
      });
    await expectRefusal(gateway, { query: '{ _service { sdl } }' }, /not a query/);
  });

  test('health and GraphiQL are untouched', async () => {
    const gateway = start({ mode: 'development' });
    const get = (path: string, accept: string) =>
      gateway.fetch(new Request(`https://tokens.example.com${path}`, { headers: { accept } }));
    expect((await get('/health', '*/*')).status).toBe(200);
    expect((await get('/graphql', 'text/html')).status).toBe(200);
  });
});
