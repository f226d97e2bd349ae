import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readAnswer } from '../../../test/support/answer.ts';
import { mintEndpoint } from '../../../test/support/mint-endpoint.ts';
import { clerkCookies } from '../../../test/support/tokens.ts';
import { crowd } from './support/crowd.ts';
import { type Router, routers } from './support/routers.ts';
import { appOrigin, type Supergraph, startSupergraph } from './support/supergraph.ts';

const everything = `{
  session { id userId device token(template: "minimal") { jwt claims } }
  sessionToken(template: "hasura") { jwt claims }
}`;
const deviceSession = `query ($id: ID!) {
  deviceSession(id: $id) { id device userId token(template: "minimal") { jwt claims } }
}`;

/** Headers of HTTP itself, and the request id of Hive Gateway. */
const ofTheRouterItself = new Set([
  ...['host', 'connection', 'content-type', 'content-length', 'accept', 'accept-encoding', 'user-agent'],
  'x-request-id',
]);
const forwardedIn = (headers: IncomingHttpHeaders) =>
  Object.keys(headers).filter((name) => !ofTheRouterItself.has(name));

describe.each(routers)('through %s', (_name, startRouter, compose) => {
  let world: Supergraph;
  let router: Router;
  beforeAll(async () => {
    world = await startSupergraph();
    router = await startRouter(compose(world.services).supergraph ?? '');
  });
  afterAll(async () => {
    await router?.close();
    await world?.close();
  });
  beforeEach(() => world.renew());
  afterEach(() => {
    expect(world.log()).not.toMatch(/eyJ[\w-]{17,}/);
  });

  const ask = async (query: string, headers: Record<string, string> = {}, variables: object = {}) =>
    readAnswer(
      await router.ask({
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      }),
    );
  const tokenOf = (sessionId: string) => world.clerk.mintSessionToken(sessionId, { azp: appOrigin });
  const as = async (sessionId: string) => ({ authorization: `Bearer ${await tokenOf(sessionId)}` });
  const mints = () => world.clerk.controls.requests(mintEndpoint);

  const adas = {
    session: {
      id: 'sess_ada',
      userId: 'user_ada',
      device: 'the device of sess_ada',
      token: { claims: { sub: 'user_ada' } },
    },
    sessionToken: { claims: { sub: 'user_ada' } },
  };

  test('a caller with a Bearer token gets tokens, and fields of both subgraphs', async () => {
    const { data, errors } = await ask(everything, await as('sess_ada'));
    expect(errors).toEqual([]);
    expect(data).toMatchObject(adas);
  });

  test("a caller with Clerk's session cookies from an allowed origin gets the same fields", async () => {
    const cookie = clerkCookies(await tokenOf('sess_ada'));
    const { data, errors } = await ask(everything, { cookie, origin: appOrigin });
    expect(errors).toEqual([]);
    expect(data).toMatchObject(adas);
  });

  test.each([
    ['no origin', {}],
    ['a foreign origin', { origin: 'https://evil.example' }],
    ['a same-origin header from the router', { 'sec-fetch-site': 'same-origin' }],
  ])('cookies with %s get nothing', async (_what, headers) => {
    const cookie = clerkCookies(await tokenOf('sess_ada'));
    const { data, errors } = await ask(everything, { cookie, ...headers });
    expect(data).toEqual({ session: null, sessionToken: null });
    expect(errors).not.toEqual([]);
    expect(mints()).toBe(0);
  });

  test('a request without credentials gets an error for the field that needs a session, and the other fields', async () => {
    const { data, errors } = await ask('{ session { id } sessionToken(template: "hasura") { jwt } }');
    expect(data).toEqual({ session: null, sessionToken: null });
    expect(errors).toMatchObject([{ path: ['sessionToken'], extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  test.each<[code: string, template: string, more: object, trouble?: (world: Supergraph) => void]>([
    ['TEMPLATE_NOT_FOUND', 'nowhere', {}],
    ['TEMPLATE_NOT_FOUND', 'ghost', {}],
    ['FORBIDDEN', 'reports', {}],
    ['BAD_USER_INPUT', '../hasura', {}],
    [
      'RATE_LIMITED',
      'hasura',
      { retryAfter: 7 },
      ({ clerk }) => clerk.controls.setRateLimit({ limit: 0, windowMs: 10_000, retryAfterSeconds: 7 }),
    ],
    [
      'UPSTREAM_UNAVAILABLE',
      'hasura',
      {},
      ({ clerk }) => clerk.controls.answerAlways({ status: 500 }, mintEndpoint),
    ],
  ])(
    '%s arrives with its code (template %s), and does not affect other fields',
    async (code, template, more, trouble) => {
      trouble?.(world);
      const query = `query ($template: String!) {
      sessionToken(template: $template) { jwt }
      session { id device token(template: $template) { jwt } }
    }`;
      const { data, errors, headers } = await ask(query, await as('sess_ada'), { template });
      expect(data).toEqual({
        sessionToken: null,
        session: { id: 'sess_ada', device: 'the device of sess_ada', token: null },
      });
      expect(errors).toHaveLength(2);
      // As documented, only the extensions contain the reason.
      expect(headers.get('retry-after')).toBeNull();
      for (const path of [['sessionToken'], ['session', 'token']])
        expect(errors).toContainEqual(
          expect.objectContaining({ path, extensions: expect.objectContaining({ code, ...more }) }),
        );
    },
  );

  test('X14 the calling session, returned by the other subgraph, has its fields and tokens', async () => {
    const { data, errors } = await ask(deviceSession, await as('sess_ada'), { id: 'sess_ada' });
    expect(errors).toEqual([]);
    expect(data.deviceSession).toMatchObject(adas.session);
  });

  test('X07 X14 a foreign session, returned by the other subgraph, looks like one that does not exist', async () => {
    const headers = await as('sess_ada');
    const [foreign, none] = [
      await ask(deviceSession, headers, { id: 'sess_grace_acme' }),
      await ask(deviceSession, headers, { id: 'sess_nowhere' }),
    ];
    expect(foreign.data).toEqual({ deviceSession: null });
    expect(foreign.text).toBe(none.text);
    expect(foreign.text).not.toMatch(/grace|org_acme/);
    expect(mints()).toBe(0);
  });

  test('X14 a foreign session has only the fields of the other subgraph', async () => {
    const query =
      'query ($id: ID!) { deviceSession(id: $id) { id device token(template: "minimal") { jwt } } }';
    const id = 'sess_grace_acme';
    for (const headers of [await as('sess_ada'), {}]) {
      const { data } = await ask(query, headers, { id });
      expect(data).toEqual({ deviceSession: { id, device: `the device of ${id}`, token: null } });
    }
    expect(mints()).toBe(0);
  });

  test('X07 only the configured headers are forwarded, and only to Mintgate', async () => {
    const secret = randomBytes(8).toString('hex');
    const headers = {
      ...(await as('sess_ada')),
      ...{ cookie: `theme=${secret}`, origin: appOrigin, 'x-mintgate-router-secret': secret },
      ...{ 'x-forwarded-for': secret, 'x-user-id': secret, 'sec-fetch-site': 'same-origin', referer: secret },
    };
    const { data, errors } = await ask(everything, headers);
    expect(errors).toEqual([]);
    expect(data).toMatchObject(adas);
    expect(world.arrived.mintgate).toHaveLength(1);
    expect(world.arrived.devices).toHaveLength(1);
    const [mintgate = {}] = world.arrived.mintgate;
    const [devices = {}] = world.arrived.devices;
    expect(forwardedIn(mintgate).toSorted()).toEqual(['authorization', 'cookie', 'origin']);
    expect(mintgate).toMatchObject({ authorization: headers.authorization, cookie: headers.cookie });
    expect(forwardedIn(devices)).toEqual([]);
    expect(JSON.stringify(devices)).not.toMatch(new RegExp(`${secret}|eyJ`));
  });

  test('X07 clients reach neither _entities nor _service of a subgraph', async () => {
    for (const query of ['{ _service { sdl } }', '{ _entities(representations: []) { __typename } }']) {
      const { data, codes } = await ask(query, await as('sess_ada'));
      expect([data ?? null, codes]).toEqual([null, ['GRAPHQL_VALIDATION_FAILED']]);
    }
    expect(world.arrived.mintgate).toEqual([]);
  });

  test('a router secret does not affect queries', async () => {
    await world.renew({ routerSecret: randomBytes(32).toString('base64url') });
    const { data, errors } = await ask(everything, await as('sess_ada'));
    expect([errors, data.session.id]).toEqual([[], 'sess_ada']);
  });

  test('equal requests are sent separately, so that no caller gets the answer of another', async () => {
    const headers = await as('sess_ada');
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask('{ session { id } }', headers)));
    expect(answers.map(({ data }) => data)).toEqual(Array(5).fill({ session: { id: 'sess_ada' } }));
    expect(world.arrived.mintgate).toHaveLength(5);
  });

  test('200 concurrent callers, some without a session, get their own tokens and no others', async () => {
    const long = { maxCacheAge: 900 };
    // The test is about the owners of the tokens, not about time.
    await world.renew({ templates: { firebase: long, nhost: long }, deadline: 60_000 });
    // Each mint takes a while, so that all are in flight together.
    world.clerk.controls.setLatency(50, mintEndpoint);
    const query = `{
      session { id userId device token(template: "firebase") { jwt claims } }
      sessionToken(template: "nhost") { jwt claims }
    }`;
    const askAtOnce = async () => {
      const callers = await Promise.all(
        crowd.map(async ({ userId, sessionId }) => ({ userId, sessionId, headers: await as(sessionId) })),
      );
      const nobodies = Array.from({ length: 20 }, () => ask(query));
      const tokens = await Promise.all(
        callers.map(async ({ userId, sessionId, headers }) => {
          const { data, errors } = await ask(query, headers);
          expect(errors).toEqual([]);
          const device = `the device of ${sessionId}`;
          expect(data.session).toMatchObject({ id: sessionId, userId, device });
          for (const { jwt, claims } of [data.session.token, data.sessionToken]) {
            expect(claims.sub).toBe(userId);
            expect(decodeJwt(jwt)).toEqual(claims);
          }
          return [data.session.token.jwt, data.sessionToken.jwt];
        }),
      );
      for (const { data } of await Promise.all(nobodies))
        expect(data).toEqual({ session: null, sessionToken: null });
      return tokens;
    };
    const [minted, held] = [await askAtOnce(), await askAtOnce()];
    expect(new Set(minted.flat()).size).toBe(400);
    expect(held).toEqual(minted);
    expect(mints()).toBe(400);
  }, 120_000);
});
