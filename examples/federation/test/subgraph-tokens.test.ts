import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readAnswer } from '../../../test/support/answer.ts';
import { mintEndpoint } from '../../../test/support/mint-endpoint.ts';
import { crowd } from './support/crowd.ts';
import { type TokenRouter, tokenRouters } from './support/token-routers.ts';
import { appOrigin, startTokenSupergraph, type TokenSupergraph } from './support/token-supergraph.ts';

const everything = `{
  session { id userId device inventoryOf billingOf }
  inventoryUser
  billingUser
}`;

describe.each(tokenRouters)('%s', (_name, startRouter, billingHeader) => {
  let world: TokenSupergraph;
  let router: TokenRouter;
  beforeAll(async () => {
    world = await startTokenSupergraph(billingHeader);
    router = await startRouter(world);
  });
  afterAll(async () => {
    await router?.close();
    await world?.close();
  });
  beforeEach(() => world.renew());
  afterEach(() => {
    expect(world.log() + (router.output?.() ?? '')).not.toMatch(/eyJ[\w-]{17,}/);
    // A session token has no audience.
    for (const headers of world.foreignHeaders())
      for (const [jwt] of JSON.stringify(headers).matchAll(/eyJ[\w.-]+/g))
        expect(['inventory', 'billing']).toContain(decodeJwt(jwt).aud);
    expect([...world.inventory.contents, ...world.billing.contents].join()).not.toMatch(/eyJ[\w-]{17,}/);
  });

  const ask = async (query: string, headers: Record<string, string> = {}) =>
    readAnswer(
      await router.ask({
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query }),
      }),
    );
  const as = async (sessionId: string) => ({
    authorization: `Bearer ${await world.clerk.mintSessionToken(sessionId, { azp: appOrigin })}`,
  });

  test('H01 each subgraph gets the token of its own template, for fields of its own and of entities', async () => {
    const { data, errors } = await ask(everything, await as('sess_ada'));
    expect(errors).toEqual([]);
    const [inventoryUser, billingUser] = ['user_ada', 'user_ada'];
    expect(data).toMatchObject({
      session: {
        id: 'sess_ada',
        device: 'the device of sess_ada',
        inventoryOf: 'user_ada',
        billingOf: 'user_ada',
      },
      ...{ inventoryUser, billingUser },
    });
    expect(audiencesAt(world)).toEqual([['inventory'], ['billing']]);
    if (billingHeader === 'authorization') return;
    expect(world.billing.arrived.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  });

  test('H02 200 callers at once, some anonymous, get their own tokens and no others, minted once', async () => {
    const long = { lifetime: 600, maxCacheAge: 300 };
    // The test is about the owners of the tokens, not about time.
    await world.renew({ templates: { inventory: long, billing: long }, deadline: 60_000 });
    // Each mint takes a while, so that all are in flight together.
    world.clerk.controls.setLatency(50, mintEndpoint);
    const askAtOnce = async () => {
      world.inventory.reset();
      world.billing.reset();
      const callers = await Promise.all(
        crowd.map(async (caller) => ({ ...caller, headers: await as(caller.sessionId) })),
      );
      const nobodies = Array.from({ length: 20 }, () => ask(everything));
      await Promise.all(
        callers.map(async ({ userId, sessionId, headers }) => {
          const { data, errors } = await ask(everything, headers);
          expect(errors).toEqual([]);
          expect(data).toMatchObject({
            session: { id: sessionId, userId, inventoryOf: userId, billingOf: userId },
            ...{ inventoryUser: userId, billingUser: userId },
          });
        }),
      );
      for (const { data } of await Promise.all(nobodies))
        expect(data).toEqual({ session: null, inventoryUser: 'anonymous', billingUser: 'anonymous' });
      return new Set([...world.inventory.tokens, ...world.billing.tokens]);
    };
    const [minted, held] = [await askAtOnce(), await askAtOnce()];
    expect(minted.size).toBe(400);
    expect(held).toEqual(minted);
    expect(world.mints()).toBe(400);
  }, 120_000);

  test('H04 the subgraphs of an anonymous caller are asked without a token', async () => {
    const { data, errors } = await ask(
      '{ inventoryUser billingUser deviceSession(id: "sess_ada") { device } }',
    );
    expect([data.inventoryUser, data.billingUser, errors]).toEqual(['anonymous', 'anonymous', []]);
    expect([world.inventory.tokens, world.billing.tokens, world.requests()]).toEqual([[], [], 0]);
  });

  test('H05 with a refused session token, the subgraphs are not asked, and other fields are answered', async () => {
    const query = '{ inventoryUser billingUser deviceSession(id: "sess_ada") { device } }';
    const { authorization } = await as('sess_ada');
    const { data, codes } = await ask(query, {
      authorization: `${authorization.slice(0, -20)}${'A'.repeat(20)}`,
    });
    expect(data).toEqual({
      ...{ inventoryUser: null, billingUser: null },
      deviceSession: { device: 'the device of sess_ada' },
    });
    expect(codes).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    expect([world.inventory.arrived, world.billing.arrived]).toEqual([[], []]);
  });

  test.each<[code: string, extensions: object, trouble: (world: TokenSupergraph) => unknown]>([
    [
      'FORBIDDEN',
      {},
      (world) =>
        world.renew({
          templates: {
            inventory: {
              allowImpersonated: false,
              requires: { role: 'org:admin' },
              organizationClaim: 'org',
            },
            billing: {},
          },
        }),
    ],
    ['TEMPLATE_NOT_FOUND', {}, (world) => world.renew({ templates: { billing: {} } })],
    [
      'RATE_LIMITED',
      { retryAfter: 7 },
      ({ clerk }) => clerk.controls.setRateLimit({ limit: 0, windowMs: 10_000, retryAfterSeconds: 7 }),
    ],
    ['UPSTREAM_UNAVAILABLE', {}, ({ clerk }) => clerk.controls.answerAlways({ status: 500 }, mintEndpoint)],
  ])('H05 %s arrives with its code, and the subgraph is not asked', async (code, extensions, trouble) => {
    await trouble(world);
    const query = '{ inventoryUser session { id device inventoryOf } }';
    const { data, errors } = await ask(query, await as('sess_ada'));
    expect(data).toEqual({
      inventoryUser: null,
      session: { id: 'sess_ada', device: 'the device of sess_ada', inventoryOf: null },
    });
    expect(errors).toHaveLength(2);
    for (const error of errors) expect(error.extensions).toMatchObject({ code, ...extensions });
    expect(world.inventory.arrived).toEqual([]);
  });

  test('H06 the requests of one operation to a subgraph share one request for its token', async () => {
    await ask(everything, await as('sess_ada'));
    expect(world.inventory.arrived.length + world.billing.arrived.length).toBeGreaterThan(2);
    // One for the session, one for each template.
    expect(world.requests()).toBe(3);
  });

  test('H10 after a revocation, no subgraph gets a token of the session', async () => {
    const headers = await as('sess_ada');
    expect((await ask('{ inventoryUser }', headers)).data).toEqual({ inventoryUser: 'user_ada' });
    world.inventory.reset();
    expect(await world.revoke('sess_ada')).toBe(200);
    const { data, codes } = await ask('{ inventoryUser }', headers);
    expect([data.inventoryUser, codes]).toEqual([null, ['UNAUTHENTICATED']]);
    expect(world.inventory.arrived).toEqual([]);
  });

  test('H12 while its token is renewed, a caller is answered without a gap', async () => {
    await world.renew({ templates: { inventory: { maxCacheAge: 1 } } });
    const headers = await as('sess_ada');
    await expect
      .poll(async () => {
        const { data, errors } = await ask('{ inventoryUser }', headers);
        expect([data.inventoryUser, errors]).toEqual(['user_ada', []]);
        return new Set(world.inventory.tokens).size;
      })
      .toBeGreaterThan(1);
  });

  test('H12 during an outage of Clerk, a caller whose token is held is answered', async () => {
    await world.renew({ templates: { inventory: { maxCacheAge: 1 } } });
    const headers = await as('sess_ada');
    await ask('{ inventoryUser }', headers);
    world.clerk.controls.answerAlways({ status: 500 }, mintEndpoint);
    await expect
      .poll(async () => {
        const { data, errors } = await ask('{ inventoryUser }', headers);
        expect([data.inventoryUser, errors]).toEqual(['user_ada', []]);
        return world.mints();
      })
      .toBeGreaterThan(1);
    expect(new Set(world.inventory.tokens).size).toBe(1);
  });

  test('H13 each token is in the audit log, with the caller and the template', async () => {
    await ask('{ inventoryUser billingUser }', await as('sess_ada'));
    const seen = world.audited().map(({ outcome, template, userId }) => [outcome, template, userId]);
    expect(seen.toSorted()).toEqual([
      ['minted', 'billing', 'user_ada'],
      ['minted', 'inventory', 'user_ada'],
    ]);
  });
});

/** The audiences of the tokens that the subgraphs got. */
function audiencesAt({ inventory, billing }: TokenSupergraph): unknown[] {
  return [inventory, billing].map(({ tokens }) => [...new Set(tokens.map((jwt) => decodeJwt(jwt).aud))]);
}
