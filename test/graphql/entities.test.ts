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
  test('X14 the own id is answered from the own claims, whatever else the representation says', async () => {
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

  test('X14 nobody gets null for every id', async () => {
    const gateway = world.start();
    const { data, errors } = await gateway.ask(query, {
      variables: { these: [session('sess_ada'), session('x')] },
    });
    expect([data, errors]).toEqual([{ _entities: [null, null] }, []]);
  });

  test('X14 refused credentials are an error of each own entity, not of the answer as a whole', async () => {
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
    'X14 the type %j is null without an error that tells more, and mints nothing',
    async (__typename) => {
      const gateway = world.start();
      const { data, codes } = await entities(gateway, [{ __typename, id: 'sess_ada' }, session('sess_ada')]);
      expect(codes).toEqual([]);
      expect(data._entities[0]).toBeNull();
      expect(data._entities[1]).toMatchObject({ id: 'sess_ada' });
      expect(gateway.logLines.filter((line) => JSON.parse(line).level >= 40)).toEqual([]);
    },
  );

  const eleven = Array.from({ length: 11 }, () => session('sess_ada'));
  const one = '{ __typename: "Session", id: "sess_ada" }';
  const ones = (count: number) => `[${Array.from({ length: count }, () => one).join(', ')}]`;
  const select = '{ ... on Session { token(template: "minimal") { jwt } } }';

  test.each<[string, string, Record<string, unknown>]>([
    ['in a variable', `query ($r: [_Any!]!) { _entities(representations: $r) ${select} }`, { r: eleven }],
    ['in the document', `{ _entities(representations: ${ones(11)}) ${select} }`, {}],
    ['by default', `query ($r: [_Any!]! = ${ones(11)}) { _entities(representations: $r) ${select} }`, {}],
    [
      'over two fields',
      `query ($r: _Any!) { a: _entities(representations: ${ones(5)}) ${select}
        b: _entities(representations: [$r, ${one}, ${one}, ${one}, ${one}, ${one}]) ${select} }`,
      { r: session('sess_ada') },
    ],
    [
      'over fragments',
      `{ ...F ... on Query { b: _entities(representations: ${ones(5)}) ${select} } }
        fragment F on Query { a: _entities(representations: ${ones(6)}) ${select} }`,
      {},
    ],
    [
      'as single values',
      `{ ${Array.from({ length: 11 }, (_, i) => `e${i}: _entities(representations: ${one}) ${select}`).join(' ')} }`,
      {},
    ],
  ])(
    'X14 eleven representations %s are refused before anything is resolved',
    async (_where, document, variables) => {
      const { data, codes } = await world.start().ask(document, { session: 'sess_ada', variables });
      expect([data, codes]).toEqual([undefined, ['BAD_USER_INPUT']]);
      expect(world.requests()).toBe(0);
    },
  );

  test('the own session asked for ten times is one mint', async () => {
    const { data } = await entities(
      world.start(),
      Array.from({ length: 10 }, () => session('sess_ada')),
    );
    expect(new Set(data._entities.map((entity: unknown) => JSON.stringify(entity))).size).toBe(1);
    expect(world.mints()).toBe(1);
  });

  test('X14 a long list of wrong variables is refused without an error built for each', async () => {
    const document =
      'query ($r: [Boolean!]!) { _entities(representations: [{ x: $r }]) { ... on Session { id } } }';
    const gateway = world.start();
    const variables = { r: Array.from({ length: 25_000 }, () => 0) };
    const answers = await Promise.all(Array.from({ length: 20 }, () => gateway.ask(document, { variables })));
    for (const { codes, data } of answers) {
      expect(data).toBeUndefined();
      expect(new Set(codes)).toEqual(new Set(['BAD_USER_INPUT']));
      expect(codes.length).toBeLessThanOrEqual(51);
    }
  });
});
