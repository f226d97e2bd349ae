import fc from 'fast-check';
import {
  buildSchema,
  type DocumentNode,
  isObjectType,
  OverlappingFieldsCanBeMergedRule,
  parse,
  type ValidationRule,
  validate,
  visit,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { countComparisons } from '../../../src/http/documents/field-comparisons.ts';

const seed = 20_260_131;

const countOf = (document: string, limit = Number.POSITIVE_INFINITY) =>
  countComparisons(parse(document), limit);

const joined = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join(' ');

/** Returns a schema that counts reads of the types of its fields: graphql-js reads both types of each pair that it compares. */
function watchedSchema() {
  const schema = buildSchema(`
    type Query { a(x: Int): Query b: Other leaf: Int }
    type Other { a(x: Int): Query b: Other leaf: Int }
  `);
  let looks = 0;
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const own = field.type;
      Object.defineProperty(field, 'type', {
        get() {
          looks += 1;
          return own;
        },
      });
    }
  }
  return {
    looksOf(document: DocumentNode, rules: readonly ValidationRule[]): number {
      looks = 0;
      validate(schema, document, rules);
      return looks;
    },
  };
}

const { looksOf } = watchedSchema();

/** Returns the number of pairs of fields that graphql-js compares for a document, or a slightly smaller one. */
function comparedPairs(document: DocumentNode): number {
  let fields = 0;
  visit(document, {
    Field() {
      fields += 1;
    },
  });
  // The rule collects each field once, or twice if it is below two types.
  const preparing = 2 * fields;
  const walking = looksOf(document, []);
  return (looksOf(document, [OverlappingFieldsCanBeMergedRule]) - walking - preparing) / 2;
}

/** Documents of a few repeated fields, and of fragments that spread each other in any way, cyclic ones among them. */
const { documents } = fc.letrec<{ documents: string; set: string; selection: string }>((tie) => ({
  documents: fc
    .tuple(
      tie('set'),
      fc.array(fc.tuple(fc.constantFrom('Query', 'Other'), tie('set')), { minLength: 6, maxLength: 6 }),
    )
    .map(([set, fragments]) =>
      [set, ...fragments.map(([type, body], at) => `fragment F${at} on ${type} ${body}`)].join(' '),
    ),
  set: fc
    .array(tie('selection'), { minLength: 1, maxLength: 6, depthIdentifier: 'set' })
    .map((selections) => `{ ${selections.join(' ')} }`),
  selection: fc.oneof(
    { depthIdentifier: 'set', depthSize: 'medium' },
    fc.constantFrom('leaf', 'leaf', 'b: leaf'),
    fc.integer({ min: 0, max: 6 }).map((at) => `...F${at}`),
    fc
      .tuple(fc.constantFrom('a', 'a(x: 1)', 'b', '... on Query', '... on Other'), tie('set'))
      .map((parts) => parts.join(' ')),
  ),
}));

describe('the count of comparisons', () => {
  test.each<[string, string, number]>([
    ['no field twice', '{ a { leaf } b { leaf } x: leaf y: leaf }', 0],
    ['three leaves: three pairs', '{ leaf leaf leaf }', 6],
    ['two parents: their pair, one name, and the pair below', '{ a { leaf } a { leaf } }', 5],
    ['two parents with two leaves: 1 + 4 across, 1 within each', '{ a { leaf leaf } a { leaf leaf } }', 15],
    ['an argument of the field', '{ a(x: 1) { leaf } a(x: 1) { b: leaf } }', 4],
    ['inline fragments: part of the place where they stand', '{ leaf ... { leaf ... { leaf } } }', 6],
    ['a fragment that is not used', '{ leaf } fragment F on Query { leaf leaf }', 2],
    ['a field and a fragment', '{ leaf ...F } fragment F on Query { leaf }', 4],
    [
      'two fragments',
      '{ ...F ...G } fragment F on Query { leaf } fragment G on Query { leaf }',
      // The rule also compares both with the fields beside them; there are none.
      7,
    ],
    [
      'a fragment below one of two',
      '{ ...F ...G } fragment F on Query { ...H } fragment G on Query { leaf } fragment H on Query { leaf }',
      10,
    ],
    ['a fragment below one of two parents', '{ a { ...F } a { leaf } } fragment F on Query { leaf }', 7],
    ['a fragment that does not exist', '{ ...F ...F ...G }', 4],
    ['a fragment that spreads itself', '{ ...F } fragment F on Query { ...F }', 2],
  ])('X16 of %s', (_what, document, count) => {
    expect(countOf(document)).toBe(count);
  });

  test('X16 grows with the square of repeated parents and of repeated fields below them', () => {
    const parents = (count: number) =>
      countOf(`{ ${joined(count, () => `a { ${joined(20, () => 'leaf')} }`)} }`);
    expect(parents(10)).toBeGreaterThan(2 * ((200 * 199) / 2));
    expect(parents(20)).toBeGreaterThan(2 * ((400 * 399) / 2));
  });

  test('X16 is never below the comparisons of graphql-js, for any spread of fragments', () => {
    let compared = 0;
    fc.assert(
      fc.property(documents, (text) => {
        const document = parse(text);
        const pairs = comparedPairs(document);
        compared += Math.max(0, pairs);
        expect(countComparisons(document, Number.POSITIVE_INFINITY)).toBeGreaterThanOrEqual(2 * pairs);
      }),
      { seed, numRuns: 500 },
    );
    // Otherwise the documents would be too simple for this test.
    expect(compared).toBeGreaterThan(10_000);
  });

  test('X16 stops beyond its limit, for any spread of fragments', () => {
    fc.assert(
      fc.property(documents, fc.integer({ min: 0, max: 200 }), (text, limit) => {
        const count = countOf(text, limit);
        expect(count > limit).toBe(countOf(text) > limit);
        expect(count).toBeLessThanOrEqual(limit + text.length);
      }),
      { seed, numRuns: 500 },
    );
  });

  const all = (count: number) => joined(count, (at) => `...F${at}`);
  test.each<[string, string]>([
    [
      '300 fragments side by side',
      `{ ${all(300)} } ${joined(300, (at) => `fragment F${at} on Query { leaf }`)}`,
    ],
    [
      '50 fragments that spread all',
      `{ ${all(50)} } ${joined(50, (at) => `fragment F${at} on Query { ${all(50)} }`)}`,
    ],
    [
      'two rings of fragments',
      `{ ...A0 ...B0 } ${joined(80, (at) => `fragment A${at} on Query { a { ...A${(at + 1) % 80} } }`)}
        ${joined(81, (at) => `fragment B${at} on Query { a { ...B${(at + 1) % 81} } }`)}`,
    ],
    [
      'two towers of 1,000 fields',
      `{ ${joined(2, () => `${'a { '.repeat(1_000)} leaf ${'} '.repeat(1_000)}`)} ${joined(99, () => 'leaf')} }`,
    ],
    ['1,000 levels of inline fragments', `{ ${'... { leaf '.repeat(1_000)} ${'} '.repeat(1_000)} }`],
  ])('X16 of %s stops soon beyond the limit, without a stack overflow', (_what, document) => {
    const count = countOf(document, 5_000);
    expect(count).toBeGreaterThan(5_000);
    expect(count).toBeLessThan(5_000 + 500);
  });
});
