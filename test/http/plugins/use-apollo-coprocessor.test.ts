import { describe, expect, test, vi } from 'vitest';
import { useApolloCoprocessor } from '../../../src/http/plugins/use-apollo-coprocessor.ts';
import { tokenQuery } from '../../support/answer.ts';
import { coprocessorRequest, headersOf, routeToSubgraph } from '../../support/apollo-router.ts';
import { clerkEvents, newSigningSecret, send, signWebhook } from '../../support/clerk-events.ts';
import { subgraphs, tokenIn, useCoprocessors } from '../../support/coprocessor-gateways.ts';
import { appOrigin, useGateways } from '../../support/gateway.ts';
import { clerkCookies, signSession } from '../../support/tokens.ts';

const world = useGateways();
const { start, signedIn } = useCoprocessors(world);
const error = (code: string, more = {}) => ({ message: expect.any(String), extensions: { code, ...more } });

describe('the token of a subgraph', () => {
  test('K01 comes from its own template, in its own header', async () => {
    const { url } = await start();
    const caller = await signedIn('sess_0');
    const inventory = await headersOf(url, 'inventory', caller);
    expect(inventory.authorization).toMatch(/^Bearer eyJ/);
    expect(tokenIn(inventory.authorization)).toEqual(['inventory', 'user_0']);
    const billing = await headersOf(url, 'billing', caller);
    expect(billing['x-billing-token']).toMatch(/^eyJ/);
    expect(tokenIn(billing['x-billing-token'])).toEqual(['billing', 'user_0']);
  });

  test('K01 is the held one for a further request, and all other headers stay', async () => {
    const { url } = await start();
    const caller = await signedIn('sess_0');
    const headers = { ...caller, 'x-request-id': ['1'], accept: ['a', 'b'], cookie: ['theme=dark'] };
    const first = await headersOf(url, 'inventory', headers);
    const { authorization, ...others } = first;
    expect(others).toEqual({
      ...{ accept: 'a, b', 'content-type': 'application/json', cookie: 'theme=dark', 'x-request-id': '1' },
    });
    expect(await headersOf(url, 'inventory', headers)).toEqual({ ...others, authorization });
    expect(world.mints()).toBe(1);
  });

  test('K01 any other subgraph receives none, also one with the name of a property of every object', async () => {
    const { url } = await start();
    const caller = await signedIn('sess_0');
    for (const name of ['shipping', 'constructor', '__proto__', 'toString', ''])
      expect(Object.keys(await headersOf(url, name, caller))).toEqual(['accept', 'content-type']);
    expect(world.requests()).toBe(0);
  });

  test('K10 is minted once for GraphQL and the coprocessor, and its audit event names the door', async () => {
    const { gateway, url } = await start();
    const bearer = await world.clerk.mintSessionToken('sess_0');
    const { data } = await gateway.ask(tokenQuery, { bearer, variables: { template: 'inventory' } });
    const { authorization } = await headersOf(url, 'inventory', { authorization: [`Bearer ${bearer}`] });
    expect(authorization).toBe(`Bearer ${data.sessionToken.jwt}`);
    expect(gateway.audited.map(({ outcome, door, template }) => [outcome, door, template])).toEqual([
      ['minted', undefined, 'inventory'],
      ['served', 'coprocessor', 'inventory'],
    ]);
    expect(world.mints()).toBe(1);
  });
});

describe("the caller's credentials", () => {
  const cookies = async () => ({
    cookie: [`theme=dark; ${clerkCookies(await world.clerk.mintSessionToken('sess_0'))}`],
    origin: [appOrigin],
  });

  test('K02 reach the subgraph of Mintgate unchanged, and no other', async () => {
    const { url } = await start({ corsOrigins: [appOrigin] });
    const { authorization: [sessionToken = ''] = [] } = await signedIn('sess_0');
    const credentials = { ...(await cookies()), authorization: [sessionToken] };
    const own = await headersOf(url, 'mintgate', credentials);
    expect(own).toMatchObject({ authorization: sessionToken, cookie: credentials.cookie[0] });
    for (const name of ['inventory', 'billing', 'shipping', 'Mintgate']) {
      const received = JSON.stringify(await headersOf(url, name, credentials));
      expect(received).not.toContain(sessionToken.slice(7));
      expect(received).not.toMatch(/__session|__client_uat|__clerk_db_jwt/);
      expect(received).toContain('theme=dark');
    }
    expect(world.mints()).toBe(2);
  });

  test('K02 in further headers and cookies reach no other subgraph, and its own token arrives', async () => {
    const { url } = await start();
    const sessionToken = await world.clerk.mintSessionToken('sess_0');
    const bearer = [`Bearer ${sessionToken}`];
    const cookie = [
      `a=b, __session=${sessionToken}`,
      `__clerk_handshake=h; __refresh_a=r; __client=c; lang=de`,
    ];
    const copies = { 'x-user-authorization': bearer, 'proxy-authorization': bearer, 'x-cookie': cookie };
    const own = await headersOf(url, 'mintgate', { authorization: bearer, cookie, ...copies });
    expect(own['x-user-authorization']).toBe(bearer[0]);
    for (const name of ['inventory', 'billing', 'shipping']) {
      const received = await headersOf(url, name, { authorization: bearer, cookie, ...copies });
      expect(JSON.stringify(received)).not.toMatch(/__clerk|__refresh|__client|__session/);
      expect(JSON.stringify(received)).not.toContain(sessionToken);
      expect(received).toMatchObject({ cookie: 'lang=de', 'x-cookie': 'lang=de' });
    }
    const { authorization } = await headersOf(url, 'inventory', { authorization: bearer, ...copies });
    expect(tokenIn(authorization)).toEqual(['inventory', 'user_0']);
  });

  test('K02 reach the subgraph that mintgateSubgraph names', async () => {
    const { url } = await start({ mintgateSubgraph: 'tokens' });
    const caller = await signedIn('sess_0');
    const names = ['tokens', 'mintgate'];
    const received = await Promise.all(names.map(async (name) => headersOf(url, name, caller)));
    expect(received.map(({ authorization }) => authorization)).toEqual([
      caller.authorization?.join(),
      undefined,
    ]);
  });

  test('K06 in cookies count with an allowed or the same origin, as for GraphQL', async () => {
    vi.spyOn(console, 'warn').mockReturnValue();
    const { url } = await start({ corsOrigins: [appOrigin] });
    const token = await signSession(world.clerk, {
      ...{ sid: 'sess_0', sub: 'user_0', azp: appOrigin, iss: world.clerk.issuer },
    });
    const cookie = [clerkCookies(token)];
    const ask = (more: Record<string, string[]>) => routeToSubgraph(url, 'inventory', { cookie, ...more });
    for (const proof of [{ origin: [appOrigin] }, { 'sec-fetch-site': ['same-origin'] }]) {
      const outcome = await ask(proof);
      expect(outcome.kind === 'asked' && tokenIn(outcome.headers.authorization?.[0])).toEqual([
        ...['inventory', 'user_0'],
      ]);
    }
    const foreign = [
      ...[{}, { origin: ['https://evil.example.com'] }, { 'sec-fetch-site': ['cross-site'] }],
      { origin: [appOrigin, 'https://evil.example.com'] },
    ];
    for (const proof of foreign)
      expect(await ask(proof)).toEqual({ kind: 'broken', status: 403, errors: [error('BAD_REQUEST')] });
  });
});

describe('an anonymous caller', () => {
  test('K04 lets the subgraph be asked without a token', async () => {
    const { gateway, url } = await start();
    expect(await headersOf(url, 'inventory', { cookie: ['theme=dark'] })).toEqual({
      ...{ accept: expect.any(String), 'content-type': 'application/json', cookie: 'theme=dark' },
    });
    expect([world.requests(), gateway.audited]).toEqual([0, []]);
  });

  test('K04 cannot send a token in the place of that of the subgraph', async () => {
    const { url } = await start();
    const forged = { 'x-billing-token': ['forged'], 'X-Billing-Token': ['forged'] };
    const names = Object.keys(await headersOf(url, 'billing', forged));
    expect(names).toEqual(['accept', 'content-type']);
  });
});

describe('a caller without a token', () => {
  /** Returns the outcome for `inventory`, and for the same subgraph with `onFailure: 'anonymous'`. */
  async function outcomes(template: string, session: string | Record<string, string[]>, fail = () => {}) {
    const token = { template };
    const both = { strict: token, lenient: { ...token, onFailure: 'anonymous' as const } };
    const { gateway, url } = await start({ subgraphs: both });
    const caller = typeof session === 'string' ? await signedIn(session) : session;
    fail();
    return {
      gateway,
      strict: await routeToSubgraph(url, 'strict', caller),
      lenient: await routeToSubgraph(url, 'lenient', caller),
    };
  }

  const asked = { kind: 'asked', headers: expect.not.objectContaining({ authorization: expect.anything() }) };

  test.each<[string, Parameters<typeof outcomes>, number, object]>([
    [
      'whose session token is refused',
      ['inventory', { authorization: ['Bearer x'] }],
      401,
      error('UNAUTHENTICATED'),
    ],
    [
      'with two session tokens',
      ['inventory', { authorization: ['Bearer x', 'Bearer y'] }],
      401,
      error('UNAUTHENTICATED'),
    ],
    ['that may not use the template', ['forbidden', 'sess_0'], 403, error('FORBIDDEN')],
    ['of a template that Clerk does not know', ['missing', 'sess_0'], 404, error('TEMPLATE_NOT_FOUND')],
    [
      'during an outage of Clerk',
      ['inventory', 'sess_0', () => world.clerk.controls.answerAlways({ status: 503, body: '' })],
      503,
      error('UPSTREAM_UNAVAILABLE'),
    ],
    [
      'while Clerk throttles',
      [
        'inventory',
        'sess_0',
        () =>
          world.clerk.controls.answerAlways({
            ...{ status: 429, body: '{"errors":[]}', headers: { 'retry-after': '7' } },
          }),
      ],
      429,
      error('RATE_LIMITED', { retryAfter: 7 }),
    ],
  ])(
    'K05 %s: the fields are null with our code, or the subgraph is asked without a token',
    async (_what, args, status, expected) => {
      const { strict, lenient } = await outcomes(...args);
      expect(strict).toEqual({ kind: 'broken', status, errors: [expected] });
      expect(lenient).toEqual(asked);
    },
  );

  test('K05 whose session was revoked: no held token is returned, and the refusal is audited', async () => {
    const webhookSigningSecret = newSigningSecret();
    const { gateway, url } = await start({ webhookSigningSecret });
    const caller = await signedIn('sess_0');
    expect((await headersOf(url, 'inventory', caller)).authorization).toMatch(/^Bearer eyJ/);
    const event = clerkEvents().session('revoked', 'sess_0');
    expect((await send(gateway, signWebhook(webhookSigningSecret, event))).status).toBe(200);
    expect(await routeToSubgraph(url, 'inventory', caller)).toEqual({
      ...{ kind: 'broken', status: 401, errors: [error('UNAUTHENTICATED')] },
    });
    expect(gateway.audited.at(-1)).toMatchObject({ outcome: 'refused', door: 'coprocessor' });
  });

  test('K05 that holds one keeps it during an outage', async () => {
    const { url } = await start();
    const caller = await signedIn('sess_0');
    const { authorization } = await headersOf(url, 'inventory', caller);
    world.clerk.controls.answerAlways({ status: 503, body: '' });
    expect((await headersOf(url, 'inventory', caller)).authorization).toBe(authorization);
  });
});

test('an unexpected error is logged without its message, and the fields are null', async () => {
  const logged: unknown[] = [];
  const plugin = useApolloCoprocessor({
    isSecret: () => true,
    present: () => ({ subgraphs, mintgateSubgraph: 'mintgate', corsOrigins: [] }),
    createContext: () => ({ loadToken: () => Promise.reject(new Error('a private text')) }) as never,
    ...{ graphqlEndpoint: '/graphql', maxBodyBytes: 65_536 },
    log: { error: (...args: unknown[]) => void logged.push(args) },
  });
  const body = JSON.stringify(coprocessorRequest('inventory', { authorization: ['Bearer x'] }));
  const request = new Request('https://x.example/coprocessor/apollo/any', { method: 'POST', body });
  const { promise, resolve } = Promise.withResolvers<Response>();
  await plugin.onRequest?.({ request, serverContext: {}, endResponse: resolve } as never);
  expect(await (await promise).json()).toMatchObject({
    ...{ control: { break: 500 }, body: { errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] } },
  });
  expect(logged).toEqual([[expect.objectContaining({ error: 'Error' }), 'unexpected error']]);
  expect(JSON.stringify(logged)).not.toContain('private');
});
