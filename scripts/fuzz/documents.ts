import fc from 'fast-check';

const punctuation = [
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ':',
  '!',
  '$a',
  '...',
  '"',
  '"""',
  '#',
  '@',
  '&',
  '\\u0000',
];
const words = [
  ...['query', 'mutation', 'subscription', 'fragment F on Query', '...F', '... on Session', 'on'],
  ...['@skip(if: true)', '@include(if: $a)', 'null', 'true', '1e999', '-0', '{{token}}', '{{key}}'],
];
const graph = [
  ...['session', 'sessionToken', '(template: "hasura")', '(template: $a)', 'jwt', 'claims', 'id', 'token'],
  ...['a:', 'fresh: true', '__typename', '__schema', '_service', 'sdl', '_entities', 'Session'],
  ...['(representations: [])', '(representations: $a)', '{ __typename: "Session", id: "sess_ada" }'],
];

const good = [
  'query Q($a: String!) { sessionToken(template: $a) { jwt claims } session { id } }',
  '{ session { id userId organizationId token(template: "hasura") { expiresIn } } _service { sdl } }',
  'subscription ($a: String!) { sessionToken(template: $a) { jwt expiresAt } }',
  'query ($a: [_Any!]!) { _entities(representations: $a) { ... on Session { id } } }',
];

/** Documents: pieces of GraphQL in any order, valid documents with errors, repetitions, and noise. */
const documents: fc.Arbitrary<string> = fc.oneof(
  fc
    .array(fc.constantFrom(...punctuation, ...words, ...graph), { maxLength: 40 })
    .map((parts) => parts.join(' ')),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(...good),
  fc
    .tuple(
      fc.constantFrom(...good),
      fc.nat(),
      fc.oneof(fc.string(), fc.constantFrom(...punctuation, ...words)),
    )
    .map(([document, at, noise]) => {
      const place = at % document.length;
      return document.slice(0, place) + noise + document.slice(place + noise.length);
    }),
  fc
    .tuple(fc.constantFrom(...graph, ...punctuation, 'session { ', '... { ', 'a: '), fc.nat({ max: 4_000 }))
    .map(([piece, count]) => `{ ${`${piece} `.repeat(count)} }`),
);

const template = fc.oneof(
  fc.constantFrom('hasura', 'none', '{{token}}', '{{key}}', '__proto__'),
  fc.string(),
);
const representation = fc.record(
  {
    __typename: fc.oneof(fc.constant('Session'), fc.jsonValue()),
    id: fc.oneof(fc.constant('sess_ada'), fc.jsonValue()),
  },
  { requiredKeys: [] },
);

/** The parameters of a request: a document, and variables that may not fit it. */
export const parameters = fc.record(
  {
    query: documents,
    variables: fc.oneof(
      fc.jsonValue(),
      fc.record({ a: fc.oneof(fc.jsonValue(), template, fc.array(representation, { maxLength: 12 })) }),
    ),
    operationName: fc.oneof(fc.constantFrom('Q', '{{token}}', ''), fc.jsonValue()),
    extensions: fc.oneof(
      fc.constant({ persistedQuery: { version: 1, sha256Hash: '{{token}}' } }),
      fc.jsonValue(),
    ),
  },
  { requiredKeys: ['query'] },
);
