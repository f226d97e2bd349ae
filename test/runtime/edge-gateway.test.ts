import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createGateway, createLogger, type EdgeGatewayOptions, type Gateway } from '../../src/edge.ts';
import { type LocalClerk, startLocalClerk } from '../../src/local-clerk/index.ts';
import { watchText } from '../leaks/watch.ts';
import { watchedResponse } from '../leaks/watch-response.ts';
import { readAnswer } from '../support/answer.ts';
import { coprocessorRequest } from '../support/apollo-router.ts';
import { canaryData } from '../support/canary-data.ts';
import { events } from '../support/event-stream.ts';
import { gatewayOrigin, workingOptions } from '../support/gateway.ts';
import { clerkCookies } from '../support/tokens.ts';

let clerk: LocalClerk;
const gateways: Gateway[] = [];

beforeAll(async () => {
  clerk = await startLocalClerk();
});
beforeEach(() => {
  clerk.controls.reset();
  clerk.replaceData(canaryData());
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(gateways.splice(0).map((gateway) => gateway.dispose()));
});
afterAll(() => clerk.close());

function start(options: Partial<EdgeGatewayOptions> = {}, base = workingOptions(clerk)) {
  const logLines: string[] = [];
  const write = (line: string) => {
    watchText('log line', line);
    logLines.push(line);
  };
  const gateway = createGateway({
    ...base,
    logger: createLogger({ level: 'debug', destination: { write } }),
    ...options,
  });
  gateways.push(gateway);
  const send = async (query: string, headers: Record<string, string> = {}, context?: object) =>
    watchedResponse(
      await gateway.fetch(
        new Request(`${gatewayOrigin}/graphql`, {
          method: 'POST',
          body: JSON.stringify({ query }),
          headers: { 'content-type': 'application/json', ...headers },
        }),
        context,
      ),
    );
  const ask = async (...asking: Parameters<typeof send>) => readAnswer(await send(...asking));
  return { gateway, logLines, send, ask };
}

const bearer = async (session = 'sess_ada') => ({
  authorization: `Bearer ${await clerk.mintSessionToken(session)}`,
});
const query = '{ sessionToken(template: "minimal") { jwt claims } }';
const mints = () => clerk.controls.requests('POST /v1/sessions/{session_id}/tokens/{template_name}');

describe('the gateway without Node.js', () => {
  test('X20 a byte order mark before the JSON is accepted', async () => {
    const { gateway } = start();
    const response = await gateway.fetch(
      new Request(`${gatewayOrigin}/graphql`, {
        method: 'POST',
        body: '\ufeff{"query":"{ __typename }"}',
        headers: { 'content-type': 'application/json' },
      }),
    );
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });

  test('answers a token, holds it, and verifies a session token once', async () => {
    const { gateway, ask, logLines } = start();
    const headers = await bearer();
    const verify = vi.spyOn(crypto.subtle, 'verify');
    const first = await ask(query, headers);
    const second = await ask(query, headers);
    expect([first.status, first.codes]).toEqual([200, []]);
    expect(first.data.sessionToken.claims.sub).toBe('user_ada');
    expect(second.data).toEqual(first.data);
    expect([mints(), verify.mock.calls.length]).toEqual([1, 1]);
    expect(gateway.stats()).toMatchObject({ mints: 1, hits: { fresh: 1 } });
    const line = logLines.map((text) => JSON.parse(text)).find(({ msg }) => msg === 'graphql');
    expect(line).toMatchObject({ level: 30, outcome: 'OK', status: 200, mints: 1 });
  });

  test('verifies with the keys of Clerk where there is no jwtKey', async () => {
    const { jwtKey: _left, ...options } = workingOptions(clerk);
    const { gateway, ask } = start({}, options);
    expect((await ask(query, await bearer())).codes).toEqual([]);
    const ready = await gateway.fetch(new Request(`${gatewayOrigin}/ready`));
    expect(ready.status).toBe(200);
  });

  test('answers UNAUTHENTICATED without credentials, and for a forged token', async () => {
    const { ask } = start();
    const { authorization } = await bearer();
    const [head, , signature] = authorization.split('.');
    const [, otherClaims] = (await bearer('sess_grace_acme')).authorization.split('.');
    for (const headers of [{}, { authorization: [head, otherClaims, signature].join('.') }])
      expect((await ask(query, headers)).codes).toEqual(['UNAUTHENTICATED']);
  });

  test('accepts cookies from its own origin only', async () => {
    const { ask, send } = start();
    const cookie = clerkCookies(await clerk.mintSessionToken('sess_ada'));
    const own = await ask(query, { cookie, 'sec-fetch-site': 'same-origin' });
    expect([own.codes, own.data.sessionToken.claims.sub]).toEqual([[], 'user_ada']);
    expect((await send(query, { cookie, origin: 'https://evil.example' })).status).toBe(403);
  });

  test('answers a router with the calling session, and with null for every other entity', async () => {
    const { ask } = start();
    const entities = `{ _entities(representations: [
      { __typename: "Session", id: "sess_ada" },
      { __typename: "Session", id: "sess_grace_acme" },
      { __typename: "Query" },
      { __typename: "Session" },
      5
    ]) { __typename ... on Session { id userId token(template: "minimal") { claims } } } }`;
    const { data, codes } = await ask(entities, await bearer());
    expect(codes).toEqual([]);
    expect(data._entities).toEqual([
      expect.objectContaining({ __typename: 'Session', id: 'sess_ada', userId: 'user_ada' }),
      ...[null, null, null, null],
    ]);
    expect((await ask(entities)).data._entities.every((entity: unknown) => entity === null)).toBe(true);
  });

  test('X14 answers refused credentials with one error for each representation, and answers the other fields', async () => {
    const { ask } = start();
    const entities = `{ __typename _entities(representations: [
      { __typename: "Session", id: "sess_ada" }, { __typename: "User", id: "sess_ada" }
    ]) { __typename } }`;
    const { data, errors } = await ask(entities, { authorization: 'Bearer a.b.c' });
    expect(data).toEqual({ __typename: 'Query', _entities: [null, null] });
    expect(errors).toMatchObject([{ path: ['_entities', 0], extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  test('shows the schema only to routers that send the secret', async () => {
    const routerSecret = 'r'.repeat(40);
    const { ask } = start({ routerSecret });
    const sdl = '{ _service { sdl } }';
    expect((await ask(sdl)).codes).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    const shown = await ask(sdl, { 'x-mintgate-router-secret': routerSecret });
    const registered = await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8');
    expect(`${shown.data._service.sdl}\n`).toBe(registered);
  });

  test('gives the subgraphs behind Apollo Router their tokens', async () => {
    const coprocessorSecret = 's'.repeat(40);
    const { gateway } = start({ coprocessorSecret, subgraphs: { inventory: { template: 'hasura' } } });
    const { authorization } = await bearer();
    const body = JSON.stringify(coprocessorRequest('inventory', { authorization: [authorization] }));
    const url = (secret: string) => `${gatewayOrigin}/coprocessor/apollo/${secret}`;
    const post = (secret: string) => gateway.fetch(new Request(url(secret), { method: 'POST', body }));
    const { headers } = await (await post(coprocessorSecret)).json();
    expect(headers.authorization).toEqual([expect.stringMatching(/^Bearer eyJ/)]);
    expect(headers.authorization).not.toEqual([authorization]);
    expect((await post('t'.repeat(40))).status).toBe(404);
  });

  test('sends events (SSE)', async () => {
    const { send } = start();
    const headers = { ...(await bearer()), accept: 'text/event-stream' };
    const answer = await send(`subscription ${query}`, headers);
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const [first] = await events(answer, 1);
    expect(first).toMatchObject({
      event: 'next',
      data: { data: { sessionToken: { claims: { sub: 'user_ada' } } } },
    });
  });

  test('serves no GraphiQL in development: GraphQL requests must use POST', async () => {
    const { gateway } = start({ mode: 'development' });
    const headers = { accept: 'text/html' };
    const answer = await gateway.fetch(new Request(`${gatewayOrigin}/graphql`, { headers }));
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('refuses redisUrl with a message that says what to do', () => {
    const options = { ...workingOptions(clerk), redisUrl: 'redis://localhost:6379' } as EdgeGatewayOptions;
    expect(() => createGateway(options)).toThrow(
      /^createGateway: redisUrl: 'mintgate\/edge' cannot connect to Redis/,
    );
  });

  test('starts no timer, fetch or random number before the first request: Workers forbid them at start-up', () => {
    const begun = [
      vi.spyOn(globalThis, 'setTimeout'),
      vi.spyOn(globalThis, 'setInterval'),
      vi.spyOn(globalThis, 'fetch'),
      vi.spyOn(crypto, 'getRandomValues'),
      vi.spyOn(crypto, 'randomUUID'),
      vi.spyOn(AbortController.prototype, 'abort'),
    ];
    const { jwtKey: _left, ...options } = workingOptions(clerk);
    gateways.push(createGateway(options));
    const calls = begun.map((spy) => spy.mock.calls.length);
    for (const spy of begun) spy.mockRestore();
    expect(calls).toEqual(begun.map(() => 0));
  });
});

describe('background work is handed to waitUntil of the host', () => {
  /** A host context that collects work, as the context of a Worker does. */
  function context() {
    const works: Promise<unknown>[] = [];
    return {
      works,
      waitUntil(this: unknown, work: Promise<unknown>) {
        if (this === undefined) throw new TypeError('Illegal invocation');
        works.push(work);
      },
    };
  }

  test('the answer itself, because other requests may wait for a mint that it has started', async () => {
    const { ask } = start();
    const host = context();
    await ask(query, await bearer(), host);
    expect(host.works.length).toBeGreaterThan(0);
    await Promise.all(host.works);
  });

  test('the renewal of a held token', async () => {
    let ahead = 0;
    const { gateway, ask } = start({ now: () => Date.now() + ahead });
    const headers = await bearer();
    await ask(query, headers);
    ahead = 50_000;
    const host = context();
    await ask(query, headers, host);
    await Promise.all(host.works);
    expect([gateway.stats().hits.revalidated, gateway.stats().mints]).toEqual([1, 2]);
  });

  test('an asynchronous audit of the host', async () => {
    let written = 0;
    const audit = async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      written += 1;
    };
    const { ask } = start({ audit });
    const host = context();
    await ask(query, await bearer(), host);
    expect(written).toBe(0);
    await Promise.all(host.works);
    expect(written).toBe(1);
  });

  test('a request is answered though waitUntil throws', async () => {
    const { ask } = start();
    const broken = {
      waitUntil() {
        throw new Error('the request has ended');
      },
    };
    expect((await ask(query, await bearer(), broken)).codes).toEqual([]);
  });
});
