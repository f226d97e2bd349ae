import { getIntrospectionQuery, type ValidationRule } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { describe, expect, test, vi } from 'vitest';
import { schema } from '../../../src/graphql/schema.ts';
import { useDocumentLimits } from '../../../src/http/plugins/use-document-limits.ts';
import { useErrorCodes } from '../../../src/http/plugins/use-error-codes.ts';
import { useValidationCostLimit } from '../../../src/http/plugins/use-validation-cost-limit.ts';
import { readAnswer } from '../../support/answer.ts';
import { useGateways } from '../../support/gateway.ts';

const world = useGateways();

const joined = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join(' ');
const spreads = (count: number) => joined(count, (at) => `...F${at}`);
const branches = (depth: number): string =>
  depth === 0 ? 'id' : joined(2, () => `session { ${branches(depth - 1)} }`);

/** Documents that graphql-js validates in 5 ms to some seconds, within the limits of length, tokens, depth, aliases and fields. */
const costly: [string, string][] = [
  [
    '20 parents with 16 tokens each',
    `{ ${joined(20, () => `session { ${joined(16, () => 'token(template: "x") { jwt }')} }`)} }`,
  ],
  ['20 parents with 40 ids each', `{ ${joined(20, () => `session { ${joined(40, () => 'id')} }`)} }`],
  [
    'parents in fragments',
    `{ ${spreads(20)} } ${joined(20, (at) => `fragment F${at} on Query { session { ${joined(20, () => 'id')} } }`)}`,
  ],
  ['parents in inline fragments', `{ ${joined(20, () => `... { session { ${joined(20, () => 'id')} } }`)} }`],
  ['parents of parents', `{ ${branches(8)} }`],
  [
    '270 different fragments',
    `{ ${spreads(270)} } ${joined(270, (at) => `fragment F${at} on Query { a${at}: __typename }`)}`,
  ],
  [
    '20 parents with 20 fragments each',
    `{ ${joined(20, () => `session { ${spreads(20)} }`)} } ${joined(20, (at) => `fragment F${at} on Session { a${at}: id }`)}`,
  ],
  [
    '35 fragments that spread each other',
    `{ ${spreads(35)} } ${joined(35, (at) => `fragment F${at} on Query { __typename ${spreads(35)} }`)}`,
  ],
  [
    'two rings of fragments',
    `{ ...A0 ...B0 } ${joined(60, (at) => `fragment A${at} on Query { a { ...A${(at + 1) % 60} } }`)}
      ${joined(61, (at) => `fragment B${at} on Query { a { ...B${(at + 1) % 61} } }`)}`,
  ],
  [
    'fragments that are not used',
    `{ __typename } ${joined(5, (at) => `fragment F${at} on Query { ${joined(20, () => `session { ${joined(20, () => 'id')} }`)} }`)}`,
  ],
  [
    '1,000 levels of introspection',
    `fragment F on Query { a { ${'__schema { '.repeat(900)} a ${'} '.repeat(900)} } } { ...F }`,
  ],
  ['1,000 levels of fields', `fragment F on Query { ${'a { '.repeat(900)} a ${'} '.repeat(900)} } { ...F }`],
  ['1,000 levels of inline fragments', `{ ${'... { '.repeat(900)} __typename ${'} '.repeat(900)} }`],
];

/** Returns a server with the limits and one more rule. */
function serverWith(rule: ValidationRule, plugins: Plugin[]) {
  const withRule: Plugin = { onValidate: ({ addValidationRule }) => addValidationRule(rule) };
  const yoga = createYoga({
    schema,
    logging: false,
    plugins: [useErrorCodes('production'), withRule, ...plugins],
  });
  return async (query: string) => {
    const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
    const body = JSON.stringify({ query });
    return readAnswer(await yoga.fetch('http://localhost/graphql', { method: 'POST', headers, body }));
  };
}

describe('documents that take long to validate', () => {
  test.each(costly)('X16 a document of %s is refused before any rule runs', async (_what, query) => {
    const rule = vi.fn(() => ({}));
    const ask = serverWith(rule, [useValidationCostLimit()]);
    const { status, codes, data } = await ask(query);
    expect([status, codes, data]).toEqual([400, ['GRAPHQL_VALIDATION_FAILED'], undefined]);
    expect(rule).not.toHaveBeenCalled();
    await ask('{ __typename }');
    expect(rule).toHaveBeenCalledOnce();
  });

  test.each(costly)(
    'X16 a document of %s is refused without a session, and never cached',
    async (_what, query) => {
      const gateway = world.start();
      for (const comment of ['', '# once', '# more']) {
        const { codes, errors, data } = await gateway.ask(`${query} ${comment}`);
        expect([codes, data]).toEqual([['GRAPHQL_VALIDATION_FAILED'], undefined]);
        expect(errors[0]?.message).toMatch(/repeats too many fields or fragments|nested too deeply/);
      }
      expect(world.requests()).toBe(0);
      expect(gateway.logLines.filter((line) => JSON.parse(line).level >= 40)).toEqual([]);
    },
  );

  test.each<[string, string]>([
    ['the schema, in the query of every tool', getIntrospectionQuery()],
    ['200 aliases', `{ ${joined(200, (at) => `a${at}: session { id userId }`)} }`],
    [
      '20 times the same session',
      `{ ${joined(20, () => 'session { id userId organizationId token(template: "minimal") { expiresIn } }')} }`,
    ],
    [
      '60 components with a fragment each',
      `{ ${spreads(60)} } ${joined(60, (at) => `fragment F${at} on Query { a${at}: session { id userId } }`)}`,
    ],
    [
      '30 components that select the same',
      `{ session { ${spreads(30)} } } ${joined(30, (at) => `fragment F${at} on Session { id userId organizationId }`)}`,
    ],
  ])('X16 a document of %s is answered', async (_what, query) => {
    const { errors } = await world.start({ mode: 'development' }).ask(query, { session: 'sess_ada' });
    expect(errors).toEqual([]);
  });
});

describe('documents that are too deep for the stack', () => {
  test('X12 with 2,000 open brackets fail to parse, and no fault is logged', async () => {
    const gateway = world.start();
    for (const open of ['[', '[[{a:']) {
      const query = `{ _entities(representations: ${open.repeat(2_990 / open.length)}`;
      const headers = { accept: 'application/graphql-response+json' };
      const { status, codes } = await gateway.ask(query, { headers });
      expect([status, codes]).toEqual([400, ['GRAPHQL_PARSE_FAILED']]);
    }
    expect(gateway.logLines.filter((line) => JSON.parse(line).level >= 40)).toEqual([]);
  });

  test('X12 that overflow the stack of a rule are refused', async () => {
    const overflow: ValidationRule = () => ({
      Document() {
        throw new RangeError('Maximum call stack size exceeded');
      },
    });
    const ask = serverWith(overflow, [useDocumentLimits({ mode: 'production', introspection: false })]);
    const { status, codes } = await ask('{ __typename }');
    expect([status, codes]).toEqual([400, ['GRAPHQL_VALIDATION_FAILED']]);
  });
});

describe('locations in errors', () => {
  const lines = '\n'.repeat(20_000);

  test('X12 are absent in production, where they would take seconds below thousands of lines', async () => {
    const gateway = world.start();
    const fields = joined(240, (at) => `a${at}: token(template: "/") { jwt }`);
    for (const query of [
      `{ ${lines} ${joined(200, (at) => `a${at}: sessionToken(template: "other") { jwt }`)} }`,
      `query (${joined(500, () => '$a: String')} ${lines}) { __typename }`,
      `{ ${lines} _entities(representations: [{ __typename: "Session", id: "sess_ada" }]) { ... on Session { ${fields} } } }`,
    ]) {
      const { errors } = await gateway.ask(query, { session: 'sess_ada' });
      expect(errors.length).toBeGreaterThan(0);
      for (const error of errors) expect(error).not.toHaveProperty('locations');
    }
  });

  test('are present in development, and in syntax errors', async () => {
    const query = '{\n  session { nothing } }';
    const { errors } = await world.start({ mode: 'development' }).ask(query);
    expect(errors).toMatchObject([{ locations: [{ line: 2, column: 13 }] }]);
    expect((await world.start().ask('{\n  session {')).errors).toMatchObject([{ locations: [{ line: 2 }] }]);
  });
});
