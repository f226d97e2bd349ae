import { describe, expect, test } from 'vitest';
import { gatewayOrigin, useGateways } from '../../support/gateway.ts';
import { nowSeconds, signSession } from '../../support/tokens.ts';

const world = useGateways({ bothWays: true });
const start = () => world.start({ requireSession: true });

describe('with requireSession', () => {
  test.each([
    '{ sessionToken(template: "hasura") { jwt } }',
    '{ session { id } }',
    '{ _service { sdl } sessionToken(template: "hasura") { jwt } }',
    '{ _service: sessionToken(template: "hasura") { jwt } }',
    '{ __typename: session { id } }',
    '{ __typename ...F } fragment F on Query { session { id } }',
    '{ ...F } fragment F on Query { ...G } fragment G on Query { __typename ...H } fragment H on Query { session { id } }',
    '{ ... on Query { session { id } } }',
    '{ ... { ... on Query { ...F } } _service { sdl } } fragment F on Query { a: session { id } }',
    '{ ... @include(if: true) { session { id } } }',
    '{ _entities(representations: []) { __typename } }',
    'query A { __typename } query B { session { id } }',
  ])('X13 a request without credentials is refused with 401: %s', async (query) => {
    const { status, codes, data, headers } = await start().ask(query, {
      operationName: query.startsWith('query A') ? 'B' : undefined,
    } as never);
    expect([status, codes]).toEqual([401, ['UNAUTHENTICATED']]);
    expect(data ?? null).toBeNull();
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(world.requests()).toBe(0);
  });

  test.each([
    '{ _service { sdl } }',
    '{ __typename }',
    '{ a: _service { sdl } b: __typename }',
    '{ ...F } fragment F on Query { ...G __typename } fragment G on Query { _service { sdl } }',
    '{ ... on Query { ... { _service { sdl } } } }',
    '{ ...F ...F } fragment F on Query { _service { sdl } }',
  ])('X13 a request without credentials is answered: %s', async (query) => {
    const { status, errors } = await start().ask(query);
    expect([status, errors]).toEqual([200, []]);
  });

  test('X13 refused credentials are refused with 401, a caller is answered', async () => {
    const gateway = start();
    const expired = await signSession(world.clerk, { iat: nowSeconds() - 120, exp: nowSeconds() - 60 });
    expect((await gateway.ask('{ session { id } }', { bearer: expired })).status).toBe(401);
    const { status, data } = await gateway.ask('{ session { id } }', { session: 'sess_ada' });
    expect([status, data]).toEqual([200, { session: { id: 'sess_ada' } }]);
  });

  test('X13 unreachable keys are 503, not 401', async () => {
    world.clerk.controls.answerAlways({ status: 500 }, 'GET /v1/jwks');
    const gateway = world.startWithoutJwtKey({ requireSession: true });
    const { status, codes } = await gateway.ask('{ session { id } }', { session: 'sess_ada' });
    expect([status, codes]).toEqual([503, ['UPSTREAM_UNAVAILABLE']]);
  });

  test('X13 a fault of the host is 500, not 401 or 503', async () => {
    const gateway = world.start({ requireSession: true, authenticate: () => ({}) as never });
    const { status, codes } = await gateway.ask('{ session { id } }');
    expect([status, codes]).toEqual([500, ['INTERNAL_SERVER_ERROR']]);
  });

  test('X13 health checks and preflights need no session', async () => {
    const gateway = start();
    expect((await gateway.fetch(new Request(`${gatewayOrigin}/health`))).status).toBe(200);
    expect((await gateway.fetch(new Request(`${gatewayOrigin}/graphql`, { method: 'OPTIONS' }))).status).toBe(
      204,
    );
  });

  test('X13 the caller is verified once, for this check and the resolvers together', async () => {
    let asked = 0;
    const gateway = world.start({
      requireSession: true,
      authenticate: () => {
        asked += 1;
        return {
          claims: { sid: 'sess_ada', sub: 'user_ada', iat: nowSeconds(), exp: nowSeconds() + 60 } as never,
        };
      },
    });
    const { errors } = await gateway.ask('{ session { id } sessionToken(template: "hasura") { jwt } }');
    expect([asked, errors]).toEqual([1, []]);
  });
});

test('X13 without requireSession an anonymous request is answered with 200 and UNAUTHENTICATED in the field', async () => {
  const { status, codes } = await world
    .start()
    .ask('{ sessionToken(template: "hasura") { jwt } __typename }');
  expect([status, codes]).toEqual([200, ['UNAUTHENTICATED']]);
});
