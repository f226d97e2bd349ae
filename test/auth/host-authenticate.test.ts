import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GraphQLError } from 'graphql';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { HostAuthenticate } from '../../src/index.ts';
import { appOrigin, gatewayOrigin, useGateways } from '../support/gateway.ts';
import { clerkCookies, malformedIds, nowSeconds, sessionClaims } from '../support/tokens.ts';

const world = useGateways();
const query = '{ session { id userId organizationId } }';

/** Sends a query to a gateway whose host returns these claims. */
const vouching = (claims: unknown) =>
  world.start({ authenticate: (() => ({ claims })) as unknown as HostAuthenticate }).ask(query);

afterEach(() => {
  vi.useRealTimers();
});

describe('a host that authenticates', () => {
  test('returns the claims of a caller, and the credentials are not read', async () => {
    const gateway = world.start({ authenticate: async () => ({ claims: sessionClaims() as never }) });
    const authorization = 'Basic nonsense';
    const { data, errors } = await gateway.ask(query, { headers: { authorization } });
    expect(errors).toEqual([]);
    expect(data.session).toEqual({ id: 'sess_ada', userId: 'user_ada', organizationId: null });
    const minted = await gateway.ask('{ sessionToken(template: "hasura") { claims } }');
    expect(minted.data.sessionToken.claims.sub).toBe('user_ada');
  });

  test('returns null, and a valid Bearer token changes nothing', async () => {
    for (const answer of [null, undefined]) {
      const gateway = world.start({ authenticate: (() => answer) as HostAuthenticate });
      const { data, errors } = await gateway.ask(query, { session: 'sess_ada' });
      expect([data, errors]).toEqual([{ session: null }, []]);
    }
  });

  test('gets the request and the host context unchanged', async () => {
    const seen: unknown[] = [];
    const gateway = world.start({
      authenticate: (request, hostContext) => {
        seen.push(request.headers.get('x-mark'), hostContext);
        return null;
      },
    });
    const headers = { 'content-type': 'application/json', 'x-mark': 'one' };
    const init = {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, variables: { id: 'of the client' } }),
    };
    // With the names of the arguments of a loader in React Router.
    class LoaderArguments {
      request = new Request('https://host.example/page');
      params = { id: 'of the host' };
    }
    const hostContext = new LoaderArguments();
    await gateway.fetch(new Request(`${gatewayOrigin}/graphql`, init), hostContext);
    expect(seen).toEqual(['one', hostContext]);
    expect(seen[1]).toBe(hostContext);
    expect(hostContext.params).toEqual({ id: 'of the host' });
  });

  test('gets request and response of node:http in such a server', async () => {
    const { promise: seen, resolve } = Promise.withResolvers<{ req?: unknown; res?: unknown }>();
    const gateway = world.start({
      authenticate: (_request, hostContext) => {
        resolve(hostContext as object);
        return null;
      },
    });
    const server = createServer(gateway);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    try {
      const { port } = server.address() as AddressInfo;
      const headers = { 'content-type': 'application/json' };
      await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query }),
      });
      const { req, res } = await seen;
      expect([req, res]).toEqual([expect.any(IncomingMessage), expect.any(ServerResponse)]);
    } finally {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    }
  });

  test('throws a GraphQLError, which is masked like any other error', async () => {
    for (const requireSession of [false, true]) {
      const gateway = world.start({
        requireSession,
        authenticate: () => {
          throw new GraphQLError('no session of ada@example.com');
        },
      });
      const { codes, text } = await gateway.ask(query);
      expect(codes).toEqual(['INTERNAL_SERVER_ERROR']);
      expect(text + gateway.logLines.join('')).not.toContain('ada@');
      const errorLines = gateway.logLines.map((line) => JSON.parse(line)).filter(({ level }) => level === 50);
      expect(new Set(errorLines.map(({ msg }) => msg))).toEqual(new Set(['unexpected error']));
    }
  });

  test('A21 may read cookies beside any Authorization header, so a request with cookies must prove its origin', async () => {
    const authenticate = () => ({ claims: sessionClaims() as never });
    const gateway = world.start({ authenticate, corsOrigins: [appOrigin] });
    const cookie = clerkCookies(await world.clerk.mintSessionToken('sess_ada'));
    const ask = async (headers: Record<string, string>) => (await gateway.ask(query, { headers })).status;
    expect(await ask({ cookie, authorization: 'bearer x' })).toBe(403);
    expect(await ask({ cookie, authorization: 'Basic x', origin: 'https://evil.example' })).toBe(403);
    expect(await ask({ cookie, authorization: 'Basic x', origin: appOrigin })).toBe(200);
    expect(await ask({ authorization: 'Basic x' })).toBe(200);
  });

  test.each<[string, () => Record<string, unknown>]>([
    ['no session id', () => ({ sid: undefined })],
    ['no user id', () => ({ sub: undefined })],
    ['a pending session', () => ({ sts: 'pending' })],
    ['a machine', () => ({ sub: 'mch_1' })],
    ['a life that is too long', () => ({ exp: nowSeconds() + 3600 })],
    ['no iat', () => ({ iat: undefined })],
    ['no exp', () => ({ exp: undefined })],
    ['an exp 6 s ago', () => ({ iat: nowSeconds() - 60, exp: nowSeconds() - 6 })],
    ['an iat in the future', () => ({ iat: nowSeconds() + 20, exp: nowSeconds() + 60 })],
    ['an nbf in the future', () => ({ nbf: nowSeconds() + 20 })],
    ['an nbf that is not a number', () => ({ nbf: String(nowSeconds() + 20) })],
  ])('A20 claims with %s are refused although the host returns them', async (_what, claims) => {
    const { data, codes } = await vouching(sessionClaims(claims()));
    expect([data, codes]).toEqual([{ session: null }, ['UNAUTHENTICATED']]);
  });

  test('A22 a malformed session id is refused although the host returns it', async () => {
    for (const sid of malformedIds) {
      const { data, codes } = await vouching(sessionClaims({ sid }));
      expect([data, codes]).toEqual([{ session: null }, ['UNAUTHENTICATED']]);
    }
  });

  test.each<[string, (by: number) => Record<string, unknown>, number, number]>([
    ['A02', (by) => ({ iat: nowSeconds() - 60, exp: nowSeconds() - by }), 4, 5],
    ['A03', (by) => ({ iat: nowSeconds() + by, exp: nowSeconds() + 60 }), 5, 6],
    ['A03', (by) => ({ nbf: nowSeconds() + by }), 5, 6],
  ])('%s the clock skew of 5 s applies to claims of the host: %#', async (_id, claims, accepted, refused) => {
    vi.useFakeTimers({ toFake: ['Date'], now: nowSeconds() * 1000 });
    expect((await vouching(sessionClaims(claims(accepted)))).codes).toEqual([]);
    expect((await vouching(sessionClaims(claims(refused)))).codes).toEqual(['UNAUTHENTICATED']);
  });

  test('does not answer within the deadline: UPSTREAM_UNAVAILABLE', async () => {
    const gateway = world.start({ deadline: 100, authenticate: () => new Promise(() => {}) });
    const { codes, text } = await gateway.ask(query);
    expect(codes).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(text).not.toContain('Clerk');
    const errorLines = gateway.logLines.map((line) => JSON.parse(line)).filter(({ level }) => level === 50);
    expect(errorLines).toMatchObject([{ msg: 'authenticate() did not answer within the deadline' }]);
  });

  test('A21 a request with an empty session cookie need not prove its origin', async () => {
    const gateway = world.start({ authenticate: () => null });
    expect((await gateway.ask(query, { headers: { cookie: '__session=' } })).status).toBe(200);
  });

  test.each([undefined, null, 'claims', 5])(
    'returns %j as claims: the log has the reason, the answer does not',
    async (claims) => {
      const gateway = world.start({ authenticate: (() => ({ claims })) as unknown as HostAuthenticate });
      const { codes, errors } = await gateway.ask(query);
      expect([codes, errors[0]?.message]).toEqual([['INTERNAL_SERVER_ERROR'], 'Unexpected error.']);
      expect(gateway.logLines.join('')).toContain('authenticate() must return { claims }');
    },
  );

  test('A21 is protected from pages of other origins like the gateway itself', async () => {
    const gateway = world.start({ authenticate: () => ({ claims: sessionClaims() as never }) });
    const body = JSON.stringify({ query });
    expect((await gateway.post(body, { cookie: clerkCookies('a.b.c') })).status).toBe(403);
  });
});
