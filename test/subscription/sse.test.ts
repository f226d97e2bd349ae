import { createClient } from 'graphql-sse';
import { describe, expect, test } from 'vitest';
import { clerkEvents } from '../support/clerk-events.ts';
import { events, readEvents, type ServerSentEvent } from '../support/event-stream.ts';
import { type Asking, appOrigin, type TestGateway, useGateways } from '../support/gateway.ts';
import { mintEndpoint } from '../support/mint-endpoint.ts';
import { serveGateway, ways } from '../support/serve-gateway.ts';
import { useWebhooks } from '../support/webhook-gateways.ts';

const world = useGateways();
const { start, deliver } = useWebhooks(world);

const subscription = (template: string) =>
  `subscription Renewed { sessionToken(template: "${template}") { jwt expiresAt } }`;
/** Renews tokens every second or two. */
const brief = { templates: { hasura: { maxCacheAge: 1 } } };

/** Subscribes by one of the ways. */
async function subscribeBy(
  [, post]: (typeof ways)[number],
  gateway: TestGateway,
  { session, headers = {}, ...body }: Asking & { query?: string } = {},
) {
  const authorization = session
    ? { authorization: `Bearer ${await world.clerk.mintSessionToken(session)}` }
    : {};
  return post(gateway, JSON.stringify({ query: subscription('hasura'), ...body }), {
    accept: 'text/event-stream',
    ...authorization,
    ...headers,
  });
}

const jwtOf = ({ data }: ServerSentEvent) =>
  (data as { data: { sessionToken: { jwt: string } } }).data.sessionToken.jwt;
const codesOf = ({ data }: ServerSentEvent) =>
  (data as { errors: { extensions: { code: string } }[] }).errors.map(({ extensions }) => extensions.code);

describe.each(ways)('a subscription over an event stream, %s', (...way) => {
  const subscribe = (gateway: TestGateway, asking?: Parameters<typeof subscribeBy>[2]) =>
    subscribeBy(way, gateway, asking);

  test('delivers the current token, then its successors, with no-store', async () => {
    const gateway = start(brief);
    const response = await subscribe(gateway, { session: 'sess_ada' });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    const found = await events(response, 3);
    expect(found.map(({ event }) => event)).toEqual(['next', 'next', 'next']);
    expect(new Set(found.map(jwtOf)).size).toBe(3);
    // The reader has gone, and its slot is free.
    await expect.poll(() => gateway.stats().subscriptions).toBe(0);
    expect(
      gateway.logLines.filter((line) => line.includes('subscription ended')).map((line) => JSON.parse(line)),
    ).toMatchObject([{ operation: 'Renewed', outcome: 'OK', tokens: 3 }]);
  });

  test.each<[string, Asking & { query?: string }, string]>([
    ['an anonymous request', {}, 'UNAUTHENTICATED'],
    ['a malformed template name', { session: 'sess_ada', query: subscription('no/name') }, 'BAD_USER_INPUT'],
    [
      'a template that is not configured',
      { session: 'sess_ada', query: subscription('other') },
      'TEMPLATE_NOT_FOUND',
    ],
    [
      'a template that Clerk does not know',
      { session: 'sess_ada', query: subscription('ghost') },
      'TEMPLATE_NOT_FOUND',
    ],
    [
      'a caller that the policy refuses',
      { session: 'sess_ada', query: subscription('reports') },
      'FORBIDDEN',
    ],
  ])('%s gets one error event, then the stream completes', async (_name, asking, code) => {
    const gateway = start();
    const found = await events(await subscribe(gateway, asking));
    expect(found.map(({ event }) => event)).toEqual(['next', 'complete']);
    expect(found[0] && codesOf(found[0])).toEqual([code]);
    expect(gateway.stats().subscriptions).toBe(0);
  });

  test("a webhook about the caller's session ends it with an error, one about another session does not", async () => {
    const gateway = start();
    const response = await subscribe(gateway, { session: 'sess_ada' });
    const reading = events(response);
    const { session, userUpdated } = clerkEvents();
    expect(await deliver(gateway, session('revoked', 'sess_grace_acme', 'user_grace'))).toBe(200);
    expect(await deliver(gateway, userUpdated('user_grace'))).toBe(200);
    expect(gateway.stats().subscriptions).toBe(1);
    expect(await deliver(gateway, session('revoked', 'sess_ada'))).toBe(200);
    const found = await reading;
    expect(found.map(({ event }) => event)).toEqual(['next', 'next', 'complete']);
    expect(found[1] && codesOf(found[1])).toEqual(['UNAUTHENTICATED']);
    expect(found[1]?.data).toMatchObject({ data: { sessionToken: null } });
    await expect.poll(() => gateway.stats().subscriptions).toBe(0);
  });

  test.each([
    ['user.updated', () => clerkEvents().userUpdated('user_ada')],
    ['organizationMembership.updated', () => clerkEvents().membership('updated', 'user_ada')],
    ['user.deleted', () => clerkEvents().userDeleted('user_ada')],
  ])('%s ends it with an error', async (_type, make) => {
    const gateway = start();
    const reading = events(await subscribe(gateway, { session: 'sess_ada' }));
    expect(await deliver(gateway, make())).toBe(200);
    expect((await reading).at(-2)).toMatchObject({
      event: 'next',
      data: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    });
  });

  test('with requireSession, an anonymous request is refused with 401', async () => {
    const gateway = start({ requireSession: true });
    expect((await subscribe(gateway)).status).toBe(401);
    expect((await events(await subscribe(gateway, { session: 'sess_ada' }), 1)).map(jwtOf)).toHaveLength(1);
  });

  test.each(['application/json', 'application/graphql-response+json', 'text/event-streams'])(
    'a client that accepts only %s gets 406 and the accepted type, and takes no slot',
    async (accept) => {
      const gateway = start();
      const response = await subscribe(gateway, { session: 'sess_ada', headers: { accept } });
      expect(response.status).toBe(406);
      expect(gateway.stats()).toMatchObject({ subscriptions: 0, waits: 0 });
      if (accept !== 'application/json') return;
      expect(await response.json()).toMatchObject({
        errors: [
          { message: expect.stringContaining('text/event-stream'), extensions: { code: 'BAD_REQUEST' } },
        ],
      });
    },
  );

  test.each(['*/*', 'application/json, text/event-stream;q=0.5', 'text/*'])(
    'accept: %s gets an event stream',
    async (accept) => {
      const response = await subscribe(start(), { session: 'sess_ada', headers: { accept } });
      expect(response.headers.get('content-type')).toBe('text/event-stream');
      expect((await events(response, 1)).map(jwtOf)).toHaveLength(1);
    },
  );

  test('a document with two root fields is refused, as every such subscription', async () => {
    const query =
      'subscription { a: sessionToken(template: "hasura") { jwt } b: sessionToken(template: "nhost") { jwt } }';
    const found = await events(await subscribe(start(), { session: 'sess_ada', query }));
    expect(found[0] && codesOf(found[0])).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  });

  test('a subscription above the limit of its session is refused with retryAfter', async () => {
    const gateway = start({ sessionSubscriptionLimit: 2 });
    const open = [
      await subscribe(gateway, { session: 'sess_ada' }),
      await subscribe(gateway, { session: 'sess_ada' }),
    ];
    const found = await events(await subscribe(gateway, { session: 'sess_ada' }));
    expect(found[0]?.data).toMatchObject({
      errors: [{ extensions: { code: 'RATE_LIMITED', retryAfter: 10 } }],
    });
    await Promise.all(open.map((response) => events(response, 1)));
    await expect.poll(() => gateway.stats().subscriptions).toBe(0);
    expect((await events(await subscribe(gateway, { session: 'sess_ada' }), 1)).map(jwtOf)).toHaveLength(1);
  });

  test('draining the gateway completes it', async () => {
    const gateway = start();
    const reading = events(await subscribe(gateway, { session: 'sess_ada' }));
    gateway.drain();
    const found = await reading;
    expect(found.at(-1)?.event).toBe('complete');
    expect(found.filter(({ data }) => JSON.stringify(data)?.includes('errors'))).toEqual([]);
  });

  test('cookies are accepted only from an allowed origin, as for every operation', async () => {
    const gateway = start({ corsOrigins: [appOrigin] });
    const cookie = `__session=${await world.clerk.mintSessionToken('sess_ada')}; __client_uat=1`;
    expect((await subscribe(gateway, { headers: { cookie } })).status).toBe(403);
  });
});

test('by fetch, Yoga sends comments between the tokens, which keep the stream open', async () => {
  const [byFetch] = ways as [(typeof ways)[number]];
  const gateway = start();
  const response = await subscribeBy(byFetch, gateway, { session: 'sess_ada' });
  let comments = 0;
  // The first comes at once, the others every 12 s; in tests Yoga sends them more often.
  for await (const { event } of readEvents(response)) {
    if (event === 'comment') comments += 1;
    if (comments === 3) break;
  }
  expect(comments).toBe(3);
});

describe('through a node:http server', () => {
  test('graphql-sse reads it', async () => {
    const gateway = start(brief);
    const { url } = await serveGateway(gateway);
    const headers = async () => ({
      authorization: `Bearer ${await world.clerk.mintSessionToken('sess_ada')}`,
    });
    const client = createClient({ url, headers, retryAttempts: 0 });
    const jwts = new Set<unknown>();
    for await (const { data } of client.iterate<{ sessionToken: { jwt: string } }>({
      query: subscription('hasura'),
    })) {
      jwts.add(data?.sessionToken.jwt);
      if (jwts.size === 3) break;
    }
    client.dispose();
    expect([...jwts].every((jwt) => String(jwt).startsWith('eyJ'))).toBe(true);
    await expect.poll(() => gateway.stats().subscriptions).toBe(0);
  });

  test('1,000 subscribers of one session cost one mint, and free all slots when they leave', async () => {
    const gateway = start({ sessionSubscriptionLimit: 1_000 });
    const { url } = await serveGateway(gateway);
    const authorization = `Bearer ${await world.clerk.mintSessionToken('sess_ada')}`;
    const leaving = new AbortController();
    const open = async () => {
      const response = await fetch(url, {
        method: 'POST',
        signal: leaving.signal,
        headers: { authorization, accept: 'text/event-stream', 'content-type': 'application/json' },
        body: JSON.stringify({ query: subscription('hasura') }),
      });
      const reader = readEvents(response);
      for (let event = await reader.next(); !event.done; event = await reader.next()) {
        if (event.value.event === 'next') return jwtOf(event.value);
      }
      return 'none';
    };
    const jwts: string[] = [];
    // A listening socket has a limited backlog.
    for (let round = 0; round < 10; round += 1)
      jwts.push(...(await Promise.all(Array.from({ length: 100 }, open))));
    expect(new Set(jwts).size).toBe(1);
    expect([world.mints(), gateway.stats().subscriptions]).toEqual([1, 1_000]);
    leaving.abort();
    await expect.poll(() => gateway.stats().subscriptions).toBe(0);
  });

  test('a client that leaves during its first mint frees its slot', async () => {
    const gateway = start();
    const { url } = await serveGateway(gateway);
    const release = world.clerk.controls.hang(mintEndpoint);
    const leaving = new AbortController();
    const asked = fetch(url, {
      method: 'POST',
      signal: leaving.signal,
      headers: {
        authorization: `Bearer ${await world.clerk.mintSessionToken('sess_ada')}`,
        accept: 'text/event-stream',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ query: subscription('hasura') }),
    }).catch(() => 'gone');
    await expect.poll(() => world.mints()).toBe(1);
    leaving.abort();
    expect(await asked).toBe('gone');
    release();
    await expect.poll(() => gateway.audited.length).toBeGreaterThan(0);
    await expect.poll(() => gateway.stats().subscriptions).toBe(0);
  });
});
