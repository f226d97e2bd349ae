import { createServer } from 'node:http';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { readAnswer } from '../../../test/support/answer.ts';
import { startDeadServer } from '../../../test/support/dead-server.ts';
import { readEvents } from '../../../test/support/event-stream.ts';
import { mintEndpoint } from '../../../test/support/mint-endpoint.ts';
import { clerkCookies } from '../../../test/support/tokens.ts';
import { listen, stop } from '../../listen.ts';
import { crowd } from './support/crowd.ts';
import { startHive, subgraphs, type TokenRouter } from './support/token-routers.ts';
import { appOrigin, startTokenSupergraph, type TokenSupergraph } from './support/token-supergraph.ts';

let world: TokenSupergraph;
beforeAll(async () => {
  world = await startTokenSupergraph('x-billing-token');
});
afterAll(() => world?.close());
beforeEach(() => world.renew());

/** Starts Hive Gateway until the test ends. */
function start(
  ...[changes, options]: Parameters<typeof startHive> extends [unknown, ...infer R] ? R : never
) {
  const router = startHive(world, changes, options);
  onTestFinished(async () => void (await router.close()));
  return router;
}

const post = (query: string, headers: Record<string, string>, more: RequestInit = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ query }),
  ...more,
});
const ask = async (router: TokenRouter, query: string, headers: Record<string, string> = {}) =>
  readAnswer(await router.ask(post(query, headers)));
const tokenOf = (sessionId: string) => world.clerk.mintSessionToken(sessionId, { azp: appOrigin });
const as = async (sessionId: string) => ({ authorization: `Bearer ${await tokenOf(sessionId)}` });
const everything = '{ session { id device inventoryOf billingOf } inventoryUser }';

describe('a router that forwards everything', () => {
  /** All headers of the client, twice: as they are, and by the configuration of the transports. */
  const careless = {
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }: { request: Request }) => ({
        ...Object.fromEntries([...request.headers].filter(([name]) => !name.startsWith('content-'))),
        'x-copy': request.headers.get('authorization') ?? '',
      }),
    },
    transportEntries: {
      '*': {
        headers: [
          ['x-caller', '{context.headers.authorization}'],
          ['x-cookie', '{context.headers.cookie}'],
          ['x-billing-token', '{context.headers.x-billing-token}'],
        ] as [string, string][],
      },
    },
  };

  const leaks = (secret: string) =>
    world.foreignHeaders().filter((headers) => JSON.stringify(headers).includes(secret));

  test('H03 a session token in a Bearer header reaches Mintgate and no other subgraph', async () => {
    const router = start(careless);
    const token = await tokenOf('sess_ada');
    const headers = {
      authorization: `Bearer ${token}`,
      cookie: `theme=dark; ${clerkCookies(token)}`,
      origin: appOrigin,
    };
    const { data, errors } = await ask(router, everything, headers);
    expect(errors).toEqual([]);
    expect(data.session).toEqual({
      ...{ id: 'sess_ada', device: 'the device of sess_ada', inventoryOf: 'user_ada', billingOf: 'user_ada' },
    });
    expect(world.foreignHeaders().length).toBeGreaterThan(3);
    expect(leaks(token)).toEqual([]);
    for (const { cookie } of world.foreignHeaders()) expect(cookie).toBe('theme=dark');
    expect(new Set(world.inventory.tokens.map((jwt) => decodeJwt(jwt).aud))).toEqual(new Set(['inventory']));
  });

  test("H03 Clerk's cookies reach Mintgate and no other subgraph", async () => {
    const router = start(careless);
    const token = await tokenOf('sess_ada');
    const headers = { cookie: clerkCookies(token), origin: appOrigin };
    const { data, errors } = await ask(router, everything, headers);
    expect(errors).toEqual([]);
    expect(data).toMatchObject({
      session: { id: 'sess_ada', inventoryOf: 'user_ada' },
      inventoryUser: 'user_ada',
    });
    expect(leaks(token)).toEqual([]);
    expect(leaks('__client_uat')).toEqual([]);
    for (const { authorization } of world.billing.arrived) expect(authorization).toBeUndefined();
  });

  test('H03 cookies from a foreign origin give no token', async () => {
    const router = start(careless);
    const headers = { cookie: clerkCookies(await tokenOf('sess_ada')), origin: 'https://evil.example' };
    const { data, codes } = await ask(router, '{ inventoryUser }', headers);
    expect([data, codes]).toEqual([{ inventoryUser: null }, ['BAD_REQUEST']]);
    expect([world.inventory.arrived, world.mints()]).toEqual([[], 0]);
  });

  test('H04 an anonymous client cannot send the token of a subgraph itself', async () => {
    const router = start(careless);
    const { data } = await ask(router, '{ billingUser }', { 'x-billing-token': 'forged' });
    expect([data, world.billing.tokens]).toEqual([{ billingUser: 'anonymous' }, []]);
  });

  test('H03 a subscription carries the token of its subgraph, and no session token', async () => {
    const router = start(careless);
    const token = await tokenOf('sess_ada');
    const { next, leave } = await subscribe(router, { authorization: `Bearer ${token}` });
    expect(await next()).toMatchObject({ data: { data: { inventoryChanged: 'user_ada' } } });
    expect(leaks(token)).toEqual([]);
    await leave();
  });
});

test('H01 nothing needs to be forwarded for Mintgate itself', async () => {
  const { data, errors } = await ask(start(), '{ session { id } }', await as('sess_ada'));
  expect([data, errors]).toEqual([{ session: { id: 'sess_ada' } }, []]);
});

test("H05 with onFailure: 'anonymous', the subgraph is asked without a token", async () => {
  world.clerk.controls.answerAlways({ status: 500 }, mintEndpoint);
  const lenient = { inventory: { template: 'inventory', onFailure: 'anonymous' } } as const;
  const router = start({}, { gateway: world.gateway, subgraphs: lenient });
  const { data, errors } = await ask(router, '{ inventoryUser }', await as('sess_ada'));
  expect([data, errors]).toEqual([{ inventoryUser: 'anonymous' }, []]);
  expect(world.inventory.tokens).toEqual([]);
});

test('H09 a retry carries the token, too', async () => {
  const router = start({ upstreamRetry: { maxRetries: 2, retryDelay: 1 } });
  world.inventory.failNext(1);
  const { data, errors } = await ask(router, '{ inventoryUser }', await as('sess_ada'));
  expect([data, errors]).toEqual([{ inventoryUser: 'user_ada' }, []]);
  expect([world.inventory.arrived.length, new Set(world.inventory.tokens).size]).toEqual([2, 1]);
});

test('H09 the retries of many callers at once do not share an answer', async () => {
  // One caller may meet several of the failures.
  const router = start({ upstreamRetry: { maxRetries: 20, retryDelay: 1, retryDelayFactor: 1 } });
  const callers = await Promise.all(
    crowd.slice(0, 20).map(async ({ userId, sessionId }) => ({ userId, headers: await as(sessionId) })),
  );
  world.inventory.failNext(callers.length);
  await Promise.all(
    callers.map(async ({ userId, headers }) => {
      const { data, errors } = await ask(router, '{ inventoryUser }', headers);
      expect([data, errors]).toEqual([{ inventoryUser: userId }, []]);
    }),
  );
});

describe('Mintgate over HTTP', () => {
  test("H03 Clerk's cookies reach it, with the origin of the page", async () => {
    const router = start({}, { url: world.mintgateUrl, subgraphs });
    const headers = { cookie: clerkCookies(await tokenOf('sess_ada')), origin: appOrigin };
    const { data, errors } = await ask(router, '{ inventoryUser session { id } }', headers);
    expect([data, errors]).toEqual([{ inventoryUser: 'user_ada', session: { id: 'sess_ada' } }, []]);
  });

  test('H08 out of reach: UPSTREAM_UNAVAILABLE, and the other fields are answered', async () => {
    const router = start({}, { url: `${await startDeadServer()}/graphql`, subgraphs });
    const query = '{ inventoryUser session { id device } }';
    const { data, errors } = await ask(router, query, await as('sess_ada'));
    expect(data).toEqual({
      inventoryUser: null,
      session: { id: 'sess_ada', device: 'the device of sess_ada' },
    });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    expect([world.inventory.arrived, JSON.stringify(errors)]).toEqual([
      [],
      expect.not.stringMatching(/eyJ|127/),
    ]);
  });

  test('H08 too slow: UPSTREAM_UNAVAILABLE after the timeout', async () => {
    const server = createServer(() => {});
    const url = `${await listen(server)}/graphql`;
    onTestFinished(() => stop(server));
    const router = start({}, { url, timeout: 50, subgraphs });
    const { data, codes } = await ask(router, '{ inventoryUser }', await as('sess_ada'));
    expect([data, codes]).toEqual([{ inventoryUser: null }, ['UPSTREAM_UNAVAILABLE']]);
  });

  test('H08 a redirect is not followed', async () => {
    let followed = 0;
    const target = createServer((_request, response) => {
      followed += 1;
      response.end();
    });
    const location = `${await listen(target)}/graphql`;
    const server = createServer((_request, response) => response.writeHead(307, { location }).end());
    const url = `${await listen(server)}/graphql`;
    onTestFinished(async () => void (await Promise.all([server, target].map(stop))));
    const { codes } = await ask(start({}, { url, subgraphs }), '{ inventoryUser }', await as('sess_ada'));
    expect([codes, followed]).toEqual([['UPSTREAM_UNAVAILABLE'], 0]);
  });
});

describe('a subscription to a subgraph with a token', () => {
  test('H07 completes when the token expires, without an event, and is closed at the subgraph', async () => {
    const router = start();
    // The token lives for 30 s by Clerk's clock, and expires in 3 s by that of the gateway.
    world.clerk.controls.advanceClock(-27_000);
    const { next } = await subscribe(router, await as('sess_ada'));
    expect(await next()).toMatchObject({ event: 'next', data: { data: { inventoryChanged: 'user_ada' } } });
    expect(world.inventory.open()).toBe(1);
    expect(await next()).toMatchObject({ event: 'complete' });
    await expect.poll(() => world.inventory.open()).toBe(0);
  });

  test('H04 of an anonymous caller starts without a token', async () => {
    const { next, leave } = await subscribe(start(), {});
    expect(await next()).toMatchObject({ data: { data: { inventoryChanged: 'anonymous' } } });
    await leave();
    await expect.poll(() => world.inventory.open()).toBe(0);
  });

  test('H05 does not start without a token for a signed-in caller', async () => {
    await world.renew({ templates: { billing: {} } });
    const { next } = await subscribe(start(), await as('sess_ada'));
    expect(await next()).toMatchObject({
      data: { errors: [{ extensions: { code: 'TEMPLATE_NOT_FOUND' } }] },
    });
    expect(world.inventory.arrived).toEqual([]);
  });
});

/** Subscribes to the subgraph inventory. */
async function subscribe(router: TokenRouter, headers: Record<string, string>) {
  const leaving = new AbortController();
  const request = post('subscription { inventoryChanged }', { accept: 'text/event-stream', ...headers });
  const events = readEvents(await router.ask({ ...request, signal: leaving.signal }));
  /** Returns the next event that is not a comment. */
  const next = async () => {
    for (let event = await events.next(); !event.done; event = await events.next())
      if (event.value.event !== 'comment') return event.value;
    return undefined;
  };
  const leave = async () => {
    leaving.abort();
    await events.return().catch(() => {});
  };
  return { next, leave };
}
