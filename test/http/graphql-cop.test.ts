import { describe, expect, test } from 'vitest';
import { gatewayOrigin, type TestGateway, useGateways } from '../support/gateway.ts';

// The checks of graphql-cop (github.com/dolevf/graphql-cop), and harder variants of them, each by a signed-in caller.
// A title begins with the tool's name of the check.
const world = useGateways();

const repeated = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join(' ');

const signedIn = async () => ({
  authorization: `Bearer ${await world.clerk.mintSessionToken('sess_ada')}`,
});

/** Sends a signed-in request. */
async function send(gateway: TestGateway, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { ...(await signedIn()), ...init.headers };
  return gateway.fetch(new Request(gatewayOrigin + path, { ...init, headers }));
}

async function expectNotExecuted(response: Response, status: number) {
  expect(response.status).toBe(status);
  expect(await response.text()).not.toContain('"data":{');
  expect(world.requests()).toBe(0);
}

describe('denial of service', () => {
  test('alias overloading: X05 beyond 250 aliases nothing is executed', async () => {
    const gateway = world.start();
    for (const field of ['session { id }', 'sessionToken(template: "hasura") { jwt }', '_service { sdl }']) {
      const { data, codes } = await gateway.ask(`{ ${repeated(251, (at) => `a${at}: ${field}`)} }`, {
        session: 'sess_ada',
      });
      expect(data).toBeUndefined();
      expect(codes).toHaveLength(1);
    }
    expect(world.requests()).toBe(0);
  });

  test('alias overloading: C03 a hundred and one aliases of one token, which clients may need, cost one mint', async () => {
    const document = `{ ${repeated(101, (at) => `a${at}: sessionToken(template: "hasura") { jwt }`)} }`;
    const { data, errors } = await world.start().ask(document, { session: 'sess_ada' });
    expect(errors).toEqual([]);
    const tokens = Object.values(data).map((token) => (token as { jwt: string }).jwt);
    expect([tokens.length, new Set(tokens).size, world.mints()]).toEqual([101, 1, 1]);
  });

  test('alias overloading: X05 a thousand aliases of __typename, each of which costs almost nothing, are refused, too', async () => {
    const { data, codes } = await world.start().ask(`{ ${repeated(1_000, (at) => `a${at}: __typename`)} }`);
    expect(data).toBeUndefined();
    expect(codes).toHaveLength(1);
  });

  test('array-based query batching: X05 a list of operations is refused, of eleven or of one', async () => {
    const gateway = world.start();
    for (const length of [1, 11, 1_000]) {
      const body = JSON.stringify(Array.from({ length }, () => ({ query: '{ __typename }' })));
      await expectNotExecuted(await gateway.post(body, await signedIn()), 400);
    }
  });

  test('directive overloading: X05 a repeated directive is refused, with a few errors instead of one for each', async () => {
    const gateway = world.start();
    for (const [count, directive] of [
      [10, '@aa'],
      [19, '@aa'],
      [100, '@aa'],
      [19, '@skip(if: false)'],
      [100, '@include(if: true)'],
    ] as const) {
      const document = `query cop { __typename ${directive.repeat(count)} }`;
      const { data, errors, codes } = await gateway.ask(document);
      expect(data).toBeUndefined();
      expect(new Set(codes)).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']));
      expect(errors.length, document).toBeLessThan(10);
    }
  });

  test('field duplication: X05 five hundred times the same field is refused', async () => {
    const gateway = world.start();
    for (const document of [
      `query cop { ${'__typename \n'.repeat(500)} }`,
      `{ ${'session { id } '.repeat(500)} }`,
    ]) {
      const { data, codes } = await gateway.ask(document, { session: 'sess_ada' });
      expect([data, codes]).toEqual([undefined, ['GRAPHQL_VALIDATION_FAILED']]);
    }
  });

  test('circular query by introspection: X05 is refused in production, and beyond the limit of depth in development', async () => {
    const circle = (turns: number) =>
      `query cop { __schema { types { ${'fields { type { '.repeat(turns)} name ${'} } '.repeat(turns)} } } }`;
    const production = await world.start().ask(circle(4));
    expect(production.data).toBeUndefined();
    const development = world.start({ mode: 'development' });
    for (const turns of [6, 40, 200]) {
      const { data, codes } = await development.ask(circle(turns));
      expect(data).toBeUndefined();
      expect(codes.length).toBeGreaterThan(0);
    }
  });

  test.each(['production', 'development'] as const)(
    'circular fragment: X05 is refused in %s',
    async (mode) => {
      const gateway = world.start({ mode });
      for (const document of [
        '{ __schema { ...A } } fragment A on __Schema { __typename ...B } fragment B on __Schema { ...A }',
        '{ session { ...A } } fragment A on Session { id ...B } fragment B on Session { ...A }',
      ]) {
        const { data, codes } = await gateway.ask(document, { session: 'sess_ada' });
        expect(data).toBeUndefined();
        expect(new Set(codes)).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']));
      }
    },
  );
});

describe('cross-site requests', () => {
  const inUrl = (query: string) => `/graphql?${new URLSearchParams({ query })}`;

  test('GET based queries: X01 are refused', async () => {
    const gateway = world.start();
    for (const mode of ['{ __typename }', 'query cop { sessionToken(template: "hasura") { jwt } }'])
      await expectNotExecuted(await send(gateway, inUrl(mode)), 405);
  });

  test('mutations over GET: X01 are refused', async () => {
    await expectNotExecuted(await send(world.start(), inUrl('mutation cop { __typename }')), 405);
  });

  test('POST with urlencoded payloads: X02 in the URL or in the body is refused', async () => {
    const gateway = world.start();
    const query = 'query cop { sessionToken(template: "hasura") { jwt } }';
    await expectNotExecuted(await send(gateway, inUrl(query), { method: 'POST' }), 415);
    const json = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
    await expectNotExecuted(
      await send(gateway, inUrl(query), { method: 'POST', headers: json, body: '' }),
      400,
    );
    await expectNotExecuted(
      await send(gateway, inUrl(query), { method: 'POST', headers: json, body: '{}' }),
      400,
    );
    const form = new URLSearchParams({ query });
    await expectNotExecuted(await send(gateway, '/graphql', { method: 'POST', body: form }), 415);
  });
});

describe('information', () => {
  test.each(['production', 'development'] as const)(
    'tracing, debug modes and unhandled errors: X06 in %s, the only extensions are code, retryAfter and, in development, reason',
    async (mode) => {
      const known = ['code', 'retryAfter', ...(mode === 'development' ? ['reason'] : [])];
      const gateway = world.start({ mode });
      const asked = [
        ['{ __typename }', {}],
        ['query { cop }', {}],
        ['qwerty cop { abc }', {}],
        ['{ session { id } }', { 'x-apollo-tracing': '1', 'apollo-federation-include-trace': 'ftv1' }],
        [
          '{ session { id } }',
          { 'x-debug': '1', debug: 'true', 'x-hasura-debug': '1', 'apollo-query-plan': '1' },
        ],
        ['{ sessionToken(template: "none") { jwt } }', {}],
      ] as const;
      for (const [query, headers] of asked) {
        const {
          text,
          errors,
          headers: answered,
        } = await gateway.ask(query, { session: 'sess_ada', headers });
        expect(Object.keys(JSON.parse(text)).filter((key) => key !== 'data' && key !== 'errors')).toEqual([]);
        for (const { extensions } of errors) {
          const extra = Object.keys(extensions ?? {}).filter((key) => !known.includes(key));
          expect(extra).toEqual([]);
        }
        expect(text).not.toMatch(/stack|exception|tracing|node_modules| at /i);
        expect([answered.get('server'), answered.get('x-powered-by')]).toEqual([null, null]);
      }
    },
  );

  test('field suggestions: X05 are absent in production', async () => {
    const gateway = world.start();
    for (const query of ['query cop { __schema { directive } }', '{ sesion { id } }', '{ session { i } }']) {
      const { text, codes } = await gateway.ask(query);
      expect(codes).toContain('GRAPHQL_VALIDATION_FAILED');
      expect(text).not.toMatch(/did you mean/i);
    }
  });

  test('introspection: X05 is refused in production', async () => {
    const gateway = world.start();
    for (const query of [
      'query cop { __schema { types { name fields { name } } } }',
      'query cop { __type(name: "Query") { name } }',
    ]) {
      const { data, codes } = await gateway.ask(query, { session: 'sess_ada' });
      expect(data).toBeUndefined();
      expect(codes).toContain('GRAPHQL_VALIDATION_FAILED');
    }
  });

  test('GraphiQL and playgrounds: X08 are at no path in production', async () => {
    const gateway = world.start();
    const paths = ['/', '/graphiql', '/playground', '/console', '/altair', '/voyager', '/graphql'];
    for (const path of paths) {
      for (const accept of ['text/html', '*/*']) {
        const response = await send(gateway, path, { headers: { accept } });
        expect([path, response.status]).toEqual([path, path === '/graphql' ? 405 : 404]);
        expect(response.headers.get('content-type')).toContain('application/json');
        expect(await response.text()).not.toMatch(/graphiql|playground|<html/i);
      }
    }
  });
});
