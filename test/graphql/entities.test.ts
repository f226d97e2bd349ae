import { describe, expect, test } from 'vitest';
import { type Asking, type TestGateway, useGateways } from '../support/gateway.ts';

const world = useGateways();
const query = `query ($these: [_Any!]!) {
  _entities(representations: $these) {
    ... on Session { id userId organizationId token(template: "hasura") { claims } }
  }
}`;

const entities = (gateway: TestGateway, these: object[], asking: Asking = {}) =>
  gateway.ask(query, { session: 'sess_ada', ...asking, variables: { these } });
const session = (id: unknown, more: object = {}) => ({ __typename: 'Session', id, ...more });

describe('X14 _entities', () => {
  test('X14 the own id is answered from the verified claims, not from the representation', async () => {
    const forged = { userId: 'user_grace', organizationId: 'org_acme', claims: {}, has: true };
    const { data, errors } = await entities(world.start(), [session('sess_ada', forged)]);
    expect(errors).toEqual([]);
    expect(data._entities[0]).toMatchObject({ id: 'sess_ada', userId: 'user_ada', organizationId: null });
    expect(data._entities[0].token.claims.sub).toBe('user_ada');
  });

  test.each([
    'sess_grace_acme',
    'sess_nowhere',
    '',
    ' sess_ada',
    'SESS_ADA',
    '__proto__',
    null,
    5,
    ['sess_ada'],
    { id: 1 },
  ])('X14 the foreign id %j is null, without an error and without a mint', async (id) => {
    const { data, errors } = await entities(world.start(), [session(id)]);
    expect([data, errors]).toEqual([{ _entities: [null] }, []]);
    expect(world.requests()).toBe(0);
  });

  test('X14 each id is null without credentials', async () => {
    const gateway = world.start();
    const { data, errors } = await gateway.ask(query, {
      variables: { these: [session('sess_ada'), session('x')] },
    });
    expect([data, errors]).toEqual([{ _entities: [null, null] }, []]);
  });

  test('X14 refused credentials are an error of each session, not of the answer as a whole', async () => {
    const these = [session('sess_ada'), { __typename: 'User', id: 'sess_ada' }, session('sess_grace_acme')];
    const gateway = world.start();
    const { data, errors } = await gateway.ask(query, { bearer: 'a.b.c', variables: { these } });
    expect(data).toEqual({ _entities: [null, null, null] });
    const error = (at: number) => ({ path: ['_entities', at], extensions: { code: 'UNAUTHENTICATED' } });
    expect(errors).toMatchObject([error(0), error(2)]);
    expect(world.requests()).toBe(0);
  });

  test('X14 a representation without an id is null, and mints nothing', async () => {
    const { data, errors } = await entities(world.start(), [{ __typename: 'Session' }]);
    expect([data, errors]).toEqual([{ _entities: [null] }, []]);
    expect(world.requests()).toBe(0);
  });

  test.each(['User', 'Query', 'Token', '__proto__', '', 5, null])(
    'X14 the type %j is null without an error, and mints nothing',
    async (__typename) => {
      const gateway = world.start();
      const { data, codes } = await entities(gateway, [{ __typename, id: 'sess_ada' }, session('sess_ada')]);
      expect(codes).toEqual([]);
      expect(data._entities[0]).toBeNull();
      expect(data._entities[1]).toMatchObject({ id: 'sess_ada' });
      expect(gateway.logLines.filter((line) => JSON.parse(line).level >= 40)).toEqual([]);
    },
  );

  test('ten representations of the own session cost one mint', async () => {
    const { data } = await entities(
      world.start(),
      Array.from({ length: 10 }, () => session('sess_ada')),
    );
    expect(new Set(data._entities.map((entity: unknown) => JSON.stringify(entity))).size).toBe(1);
    expect(world.mints()).toBe(1);
  });
});
