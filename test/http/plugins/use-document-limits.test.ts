import { getIntrospectionQuery } from 'graphql';
import { describe, expect, test } from 'vitest';
import { type TestGateway, useGateways } from '../../support/gateway.ts';

const world = useGateways();

type Code = 'GRAPHQL_PARSE_FAILED' | 'GRAPHQL_VALIDATION_FAILED';

async function expectRefusedBeforeExecution(
  gateway: TestGateway,
  query: string,
  code: Code = 'GRAPHQL_VALIDATION_FAILED',
) {
  const headers = { accept: 'application/graphql-response+json' };
  const { status, codes, data, text } = await gateway.ask(query, { session: 'sess_ada', headers });
  expect(status).toBe(400);
  expect(data ?? null).toBeNull();
  expect(new Set(codes)).toEqual(new Set([code]));
  expect(world.requests()).toBe(0);
  return text;
}

const repeated = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join(' ');

describe.each(['production', 'development'] as const)('documents in %s', (mode) => {
  const nested = (depth: number) => `{ ${'a: session { '.repeat(depth)} id ${'} '.repeat(depth)} }`;
  test.each<[string, string, Code?]>([
    ['50 levels deep', nested(50)],
    [
      '50 levels deep by inline fragments',
      `{ ${'... on Query { '.repeat(50)} __typename ${'} '.repeat(50)} }`,
    ],
    [
      '50 levels deep by fragments',
      `{ ...F0 } ${repeated(50, (at) => `fragment F${at} on Query { ...F${at + 1} }`)} fragment F50 on Query { __typename }`,
    ],
    ['of a fragment that spreads itself', '{ ...F } fragment F on Query { ...F }'],
    [
      'of two fragments that spread each other',
      '{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }',
    ],
    ['with 100 repeated fields', `{ ${repeated(100, () => 'session { id }')} }`],
    [
      'with 440 repeated fields in fragments',
      `{ ${repeated(22, (at) => `...F${at}`)} } ${repeated(22, (at) => `fragment F${at} on Query { ${repeated(20, () => 'session { id }')} }`)}`,
    ],
    [
      'with 100 repeated fields in inline fragments',
      `{ ${repeated(100, () => '... on Query { session { id } }')} }`,
    ],
    ['with 1,000 repeated fields', `{ ${repeated(1_000, () => '__typename')} }`],
    [
      'with 1,000 repeated token fields',
      `{ ${repeated(1_000, () => 'sessionToken(template: "hasura") { jwt }')} }`,
      'GRAPHQL_PARSE_FAILED',
    ],
    ['with 300 aliases', `{ ${repeated(300, (at) => `a${at}: session { id }`)} }`],
    [
      'with 1,000 aliases',
      `{ ${repeated(1_000, (at) => `a${at}: session { id }`)} }`,
      'GRAPHQL_PARSE_FAILED',
    ],
    ['with 100 directives', `{ session ${repeated(100, () => '@skip(if: false)')} { id } }`],
    ['with 100 unknown directives', `{ session { id ${repeated(100, (at) => `@d${at}`)} } }`],
    [
      'that multiplies fields by fragments',
      `{ ${repeated(10, (at) => `a${at}: session { ...F }`)} } fragment F on Session { ${repeated(150, (at) => `b${at}: id`)} }`,
    ],
    ['that is empty', '', 'GRAPHQL_PARSE_FAILED'],
    ['that is a comment', '# hello', 'GRAPHQL_PARSE_FAILED'],
    ['of nonsense', '}{', 'GRAPHQL_PARSE_FAILED'],
    ['of a mutation', 'mutation { sessionToken(template: "hasura") { jwt } }'],
  ])('X05 a document %s is refused before execution', async (_what, query, code) => {
    await expectRefusedBeforeExecution(world.start({ mode }), query, code);
  });
});

test('X05 a document with a hundred mistakes gets five errors, and one that says that there are more', async () => {
  const mistakes = repeated(100, (at) => `nothing${at}`);
  const { errors, text } = await world.start({ mode: 'development' }).ask(`{ ${mistakes} }`);
  expect(errors).toHaveLength(6);
  expect(errors.at(-1)?.message).toMatch(/^Too many validation errors/);
  expect(text.length).toBeLessThan(mistakes.length);
});

describe('documents at a limit', () => {
  test.each<[string, number, (count: number) => string, Code?]>([
    // Four fields each: 900.
    [
      'fields',
      225,
      (count) => `{ ${repeated(count, (at) => `a${at}: session { id userId organizationId }`)} }`,
    ],
    ['aliases', 250, (count) => `{ ${repeated(count, (at) => `a${at}: session { id }`)} }`],
    ['directives', 20, (count) => `{ ${repeated(count, (at) => `a${at}: __typename @skip(if: true)`)} }`],
    // Below the first two levels.
    ['levels', 8, (count) => `{ session { ${'... { '.repeat(count)} id ${'} '.repeat(count)} } }`],
    // Besides the ten or so around them.
    [
      'tokens',
      2_988,
      (count) => `{ _entities(representations: [${repeated(count, () => '1')}]) { __typename } }`,
      'GRAPHQL_PARSE_FAILED',
    ],
  ])(
    'X05 with the maximum of %s (%i) are executed, with one more refused',
    async (_what, most, document, code) => {
      const gateway = world.start();
      const { codes } = await gateway.ask(document(most));
      expect(codes.filter((found) => found?.startsWith('GRAPHQL_'))).toEqual([]);
      await expectRefusedBeforeExecution(gateway, document(most + 1), code);
    },
  );
});

describe('introspection and suggestions', () => {
  const introspection = getIntrospectionQuery();

  test.each([
    ['the query of every tool', introspection],
    ['__schema', '{ __schema { types { name } } }'],
    ['__type under an alias', '{ a: __type(name: "Query") { name } }'],
    ['__schema in a fragment', '{ ...F } fragment F on Query { __schema { queryType { name } } }'],
  ])('X05 X08 introspection is refused in production: %s', async (_what, query) => {
    await expectRefusedBeforeExecution(world.start(), query);
  });

  test('X08 introspection answers in development', async () => {
    const { data, errors } = await world.start({ mode: 'development' }).ask(introspection);
    expect(errors).toEqual([]);
    expect(data.__schema.queryType.name).toBe('Query');
  });

  test.each([
    '{ sesion { id } }',
    '{ session { userIdd } }',
    '{ sessionToken(templat: "x") { jwt } }',
    '{ session { ...F } } fragment F on Sesion { id }',
    '{ _entities(representations: []) { id } }',
    '{ session { id(a: 1) @skip(iff: true) } }',
  ])('X05 the misspelt document %s is refused in production without a suggestion', async (query) => {
    const text = await expectRefusedBeforeExecution(world.start(), query);
    expect(text).not.toMatch(/did you mean/i);
    expect(await expectRefusedBeforeExecution(world.start({ mode: 'development' }), query)).toMatch(
      /did you mean/i,
    );
  });

  test('the subgraph document is served in both modes, for routers', async () => {
    for (const mode of ['production', 'development'] as const) {
      const { data } = await world.start({ mode }).ask('{ _service { sdl } }');
      expect(data._service.sdl).toContain('type Session');
    }
  });
});
