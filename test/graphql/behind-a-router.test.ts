import { describe, expect, test } from 'vitest';
import { gatewayOrigin, useGateways } from '../support/gateway.ts';

// A router forwards headers to a subgraph: only credentials identify the caller.
const world = useGateways();

const entities = `query ($these: [_Any!]!) {
  _entities(representations: $these) { ... on Session { id userId token(template: "hasura") { claims } } }
}`;
const session = (id: string, more: object = {}) => ({ __typename: 'Session', id, ...more });

describe('X07 a federated query', () => {
  test('X07 two hundred callers at once each reach their own session, and no other', async () => {
    // Two hundred mints at once take long on a busy machine.
    const gateway = world.start({ deadline: 20_000 });
    const ids = Array.from({ length: 200 }, (_, at) =>
      world.clerk.controls.createSession({ userId: at % 2 === 0 ? 'user_ada' : 'user_grace' }),
    );
    const answers = await Promise.all(
      ids.map((id, at) => {
        const foreign = Array.from({ length: 9 }, (_, step) => ids[(at + step + 1) % ids.length] ?? '');
        const these = [...foreign.slice(0, at % 9), id, ...foreign.slice(at % 9)].map((one) => session(one));
        return gateway.ask(entities, { session: id, variables: { these } });
      }),
    );
    for (const [at, { data, errors }] of answers.entries()) {
      expect(errors).toEqual([]);
      const found = (data._entities as (null | { id: string })[]).filter((entity) => entity !== null);
      expect(data._entities).toHaveLength(10);
      const userId = at % 2 === 0 ? 'user_ada' : 'user_grace';
      expect(found).toMatchObject([{ id: ids[at], userId, token: { claims: { sub: userId } } }]);
    }
  });

  test.each<[string, Record<string, string>]>([
    ['nothing', {}],
    [
      'identity headers',
      { 'x-user-id': 'user_ada', 'x-session-id': 'sess_ada', 'x-hasura-user-id': 'user_ada' },
    ],
    ['headers of a router', { 'apollographql-client-name': 'router', 'x-forwarded-for': '127.0.0.1' }],
    ["headers of Clerk's middleware", { 'x-clerk-auth-status': 'signed-in', 'x-clerk-auth-token': 'x' }],
  ])('X07 without credentials, a router that forwards %s reaches no session', async (_what, headers) => {
    const variables = { these: [session('sess_ada', { userId: 'user_ada', claims: { sid: 'sess_ada' } })] };
    const gateway = world.start();
    const { data, codes } = await gateway.ask(entities, { headers, variables });
    expect([data, codes]).toEqual([{ _entities: [null] }, []]);
    const token = await gateway.ask('{ sessionToken(template: "hasura") { jwt } session { id } }', {
      headers,
    });
    expect(token.data).toEqual({ sessionToken: null, session: null });
    expect(world.requests()).toBe(0);
  });

  test.each([
    { extensions: { jwt: { claims: { sid: 'sess_ada', sub: 'user_ada' } } } },
    { extensions: { session: 'sess_ada' }, variables: { session: 'sess_ada', userId: 'user_ada' } },
  ])('X07 parameters beside the query, %j, identify no caller', async (more) => {
    const body = JSON.stringify({ query: '{ session { id } }', ...more });
    const answer = await (await world.start().post(body)).json();
    expect(answer).toEqual({ data: { session: null } });
  });

  test('X07 a cookie that a router forwards counts only with a proof of its origin', async () => {
    const cookie = `__session=${await world.clerk.mintSessionToken('sess_ada')}; __client_uat=1`;
    const gateway = world.start();
    const response = await gateway.post('{"query":"{ session { id } }"}', { cookie, origin: gatewayOrigin });
    expect(response.status).toBe(403);
  });
});
