import { randomBytes } from 'node:crypto';
import { getIntrospectionQuery } from 'graphql';
import { describe, expect, test } from 'vitest';
import { type TestGateway, useGateways, workingOptions } from '../../support/gateway.ts';

const world = useGateways();
const routerSecret = randomBytes(24).toString('hex');
const header = 'x-mintgate-router-secret';
const shown = { [header]: routerSecret };
const sdl = '{ _service { sdl } }';

/** Documents that select the schema, in all places of a document. */
const aboutTheSchema = [
  sdl,
  getIntrospectionQuery(),
  '{ a: _service { b: sdl } }',
  '{ a: __type(name: "Query") { name } }',
  '{ __schema { queryType { name } } session { id } }',
  '{ ... on Query { ... { _service { sdl } } } }',
  '{ ...F } fragment F on Query { ...G } fragment G on Query { __schema { queryType { name } } }',
  '{ _service @include(if: true) { sdl } }',
];

/** Sends a query with a media type for which invalid documents have HTTP status 400. */
const ask = (gateway: TestGateway, query: string, headers: Record<string, string> = {}) =>
  gateway.ask(query, { headers: { accept: 'application/graphql-response+json', ...headers } });

describe('with a router secret, in production', () => {
  test.each(aboutTheSchema)('a request with the secret is answered: %s', async (query) => {
    const { status, errors, data } = await ask(world.start({ routerSecret }), query, shown);
    expect([status, errors]).toEqual([200, []]);
    expect(JSON.stringify(data)).toMatch(/Query/);
  });

  test.each(aboutTheSchema)('a request without it is refused before execution: %s', async (query) => {
    const { status, codes, data, text } = await ask(world.start({ routerSecret }), query);
    expect([status, data]).toEqual([400, undefined]);
    expect(new Set(codes)).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']));
    expect(text).not.toMatch(/secret|introspection|Session\b/i);
  });

  const wrong = randomBytes(24).toString('hex');
  test.each([
    ['another', wrong],
    ['an empty one', ''],
    ['a part of it', routerSecret.slice(0, -1)],
    ['it and more', `${routerSecret}0`],
    ['it twice', `${routerSecret}, ${routerSecret}`],
    ['it in capitals', `X${routerSecret.toUpperCase()}`],
  ])('a request with %s gets the same answer as one without', async (_what, secret) => {
    const gateway = world.start({ routerSecret });
    const refused = await ask(gateway, sdl, { [header]: secret });
    expect([refused.status, refused.text]).toEqual([400, (await ask(gateway, sdl)).text]);
  });

  test('the refusal is that of an unknown field', async () => {
    const gateway = world.start({ routerSecret });
    const [refused, unknown] = [await ask(gateway, sdl), await ask(gateway, '{ _servixe { sdl } }')];
    expect(refused.text).toBe(unknown.text.replaceAll('_servixe', '_service'));
    expect([refused.status, [...refused.headers.keys()]]).toEqual([
      unknown.status,
      [...unknown.headers.keys()],
    ]);
  });

  test('no other mistake in the document is reported', async () => {
    const gateway = world.start({ routerSecret });
    for (const query of ['{ _service }', '{ _service { nothing } }', '{ _service { sdl } nothing }'])
      expect((await ask(gateway, query)).errors).toMatchObject([
        { message: 'Cannot query field "_service" on type "Query".' },
      ]);
  });

  test('X15 two hundred such fields get as many errors as unknown fields', async () => {
    const gateway = world.start({ routerSecret });
    const many = (field: string) =>
      `{ ${Array.from({ length: 200 }, (_, at) => `a${at}: ${field} { name }`).join(' ')} }`;
    const [refused, unknown] = [await ask(gateway, many('__schema')), await ask(gateway, many('__schemx'))];
    expect(refused.text).toBe(unknown.text.replaceAll('__schemx', '__schema'));
    expect(refused.errors).toHaveLength(6);
  });

  test.each(aboutTheSchema)('an answer to the router does not allow the next request: %s', async (query) => {
    const gateway = world.start({ routerSecret });
    const asked = async (headers = {}) => (await ask(gateway, query, headers)).status;
    expect([
      await asked(),
      await asked(shown),
      await asked(shown),
      await asked(),
      await asked(shown),
    ]).toEqual([400, 200, 200, 400, 200]);
  });

  test('a document of two operations is refused, for either operationName', async () => {
    const query = 'query A { session { id } } query B { _service { sdl } }';
    for (const operationName of ['A', 'B']) {
      const { data, codes } = await world.start({ routerSecret }).ask(query, { operationName });
      expect([data, codes]).toEqual([undefined, ['GRAPHQL_VALIDATION_FAILED']]);
    }
  });

  test('all other fields are answered without it, and it does not replace a session', async () => {
    const gateway = world.start({ routerSecret });
    const entities = `{ __typename session { __typename id }
      _entities(representations: [{ __typename: "Session", id: "sess_ada" }]) { ... on Session { userId } } }`;
    const own = await gateway.ask(entities, { session: 'sess_ada' });
    expect(own.errors).toEqual([]);
    expect(own.data).toMatchObject({ session: { id: 'sess_ada' }, _entities: [{ userId: 'user_ada' }] });
    const anonymous = await gateway.ask(entities, { headers: shown });
    expect(anonymous.data).toEqual({ __typename: 'Query', session: null, _entities: [null] });
  });

  test('the log has the reason, and neither the secret nor the header', async () => {
    const gateway = world.start({ routerSecret });
    await ask(gateway, sdl, shown);
    await ask(gateway, sdl);
    await ask(gateway, sdl, { [header]: wrong });
    const text = gateway.logLines.join('');
    expect(text.match(/queries the schema [^"]+/g)).toEqual([
      'queries the schema without the router secret',
      'queries the schema with a wrong router secret',
    ]);
    expect([text.includes(routerSecret), text.includes(wrong)]).toEqual([false, false]);
  });

  test('X13 with requireSession the schema is still answered to the router only', async () => {
    const gateway = world.start({ routerSecret, requireSession: true });
    expect((await ask(gateway, sdl)).status).toBe(400);
    expect((await ask(gateway, sdl, shown)).status).toBe(200);
    expect((await ask(gateway, '{ _service { sdl } session { id } }', shown)).status).toBe(401);
  });
});

describe('with several router secrets', () => {
  const [oldest, older] = [randomBytes(24).toString('hex'), randomBytes(24).toString('hex')];
  const list = [routerSecret, older, oldest];

  test.each(list)('a request with any of them is answered: %#', async (secret) => {
    const { status, errors } = await ask(world.start({ routerSecret: list }), sdl, { [header]: secret });
    expect([status, errors]).toEqual([200, []]);
  });

  test.each([
    ['none', {}],
    ['another', { [header]: randomBytes(24).toString('hex') }],
    ['two of them', { [header]: `${routerSecret}, ${older}` }],
    ['the whole list', { [header]: list.join(',') }],
  ])('a request with %s gets the same answer as with a single one', async (_what, headers) => {
    const refused = await ask(world.start({ routerSecret: list }), sdl, headers);
    expect([refused.status, refused.text]).toEqual([
      400,
      (await ask(world.start({ routerSecret }), sdl)).text,
    ]);
  });

  test('an old one is refused from the reload on that removes it', async () => {
    const gateway = world.start({ routerSecret: [routerSecret, older] });
    const status = async (secret: string) => (await ask(gateway, sdl, { [header]: secret })).status;
    expect([await status(routerSecret), await status(older)]).toEqual([200, 200]);
    await gateway.reload({ ...workingOptions(world.clerk), routerSecret });
    expect([await status(routerSecret), await status(older)]).toEqual([200, 400]);
  });
});

test('with a router secret, in development, the schema is answered to all requests', async () => {
  const gateway = world.start({ routerSecret, mode: 'development' });
  for (const query of aboutTheSchema) expect((await gateway.ask(query)).errors).toEqual([]);
});

test('without a router secret, in production, the header has no effect', async () => {
  const gateway = world.start();
  const { codes } = await ask(gateway, '{ __schema { queryType { name } } }', shown);
  expect(new Set(codes)).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']));
  expect((await ask(gateway, sdl)).errors).toEqual([]);
});
