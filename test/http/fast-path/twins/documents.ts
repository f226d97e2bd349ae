import fc from 'fast-check';

/** The parameters of a GraphQL request. */
export interface Params {
  readonly query: string;
  readonly variables?: unknown;
  readonly operationName?: unknown;
}

/** Templates whose tokens are cached, for all callers. */
const usualTemplates = fc.constantFrom('hasura', 'hasura', 'short', 'wide', 'fraction', 'long');
const unusualTemplates = fc.constantFrom(
  ...['reports', 'guarded', 'uncached', 'large', 'ghost', 'none', 'eternal', '', 'a/b', 'Hasura'],
);

const usualTokenFields = [
  ...['jwt', 'jwt', 'expiresAt', 'expiresIn', 'claims', '__typename', 'a: jwt', 'b: claims', 'jwt', '...T'],
  ...['jwt @include(if: $yes)', 'claims @skip(if: $yes)', '... on Token { expiresIn }', 'c: expiresAt'],
  ...['... @include(if: $no) { claims }', 'x: __typename @skip(if: $no)'],
];
/** Fields of which some conflict, or do not exist. */
const unusualTokenFields = [...usualTokenFields, 'jwt: expiresAt', 'a: claims', 'nothing', 'jwt { x }'];
const sessionFields = [
  ...['id', 'userId', 'organizationId', '__typename', 'a: id', 'b: userId', '...S', '... on Session { id }'],
  ...['organizationId @skip(if: $no)', 'id @include(if: $no)'],
];

const selection = (fields: readonly string[]) =>
  fc.array(fc.constantFrom(...fields), { minLength: 1, maxLength: 4 }).map((some) => some.join(' '));

const usualFresh = fc.constantFrom('', '', '', '', ', fresh: false', ', fresh: $fresh', ', fresh: $no');
const unusualFresh = fc.constantFrom('', '', ', fresh: true', ', fresh: $yes', ', fresh: null');

/** Returns fields of the root; given their place, with an alias by it. @param odd - whether they may be refused or wait for a mint */
function rootFields(odd: boolean): fc.Arbitrary<(at: number) => string> {
  const template = odd ? fc.oneof(usualTemplates, unusualTemplates) : usualTemplates;
  const argument = fc.oneof(
    fc.constant('$t'),
    template.map((name) => JSON.stringify(name)),
  );
  const token = fc
    .tuple(argument, odd ? unusualFresh : usualFresh, selection(odd ? unusualTokenFields : usualTokenFields))
    .map(([name, fresh, fields]) => `(template: ${name}${fresh}) { ${fields} }`);
  const session = fc
    .tuple(selection(sessionFields), fc.option(token, { freq: 1 }))
    .map(([fields, inner]) => `session { ${fields}${inner === null ? '' : ` token${inner}`} }`);
  const usual = [
    { weight: 8, arbitrary: token.map((rest) => `sessionToken${rest}`) },
    { weight: 4, arbitrary: session },
    { weight: 1, arbitrary: fc.constantFrom('__typename', '...Q', '... on Query { r: __typename }') },
  ];
  const unusual = fc.constantFrom(
    '_service { sdl }',
    '__schema { queryType { name } }',
    'nothing',
    'session',
  );
  return fc
    .tuple(
      fc.oneof(...usual, ...(odd ? [{ weight: 2, arbitrary: unusual }] : [])),
      fc.constantFrom(...['alias', 'alias', 'alias', odd ? 'none' : 'alias']),
      fc.constantFrom('', '', '', ' @include(if: $yes)'),
    )
    .map(([field, alias, directive]) => (at: number) => {
      // Without an alias, fields of one name are merged or conflict.
      const named = alias === 'alias' && field.startsWith('s') ? `f${at}: ${field}` : field;
      return named.replace(/^(f\d+: sessionToken\([^)]*\)) /, `$1${directive} `);
    });
}

const types: Readonly<Record<string, string>> = {
  ...{ $t: 'String!', $fresh: 'Boolean! = false', $yes: 'Boolean!', $no: 'Boolean! = false' },
};
const fragments: Readonly<Record<string, string>> = {
  T: 'fragment T on Token { jwt z: expiresIn }',
  S: 'fragment S on Session { id organizationId }',
  Q: 'fragment Q on Query { q: session { userId } }',
};

const names = fc.constantFrom('', 'Token', 'T1', '__proto__', `L${'o'.repeat(80)}ng`);

const usualMore = fc.constantFrom<object>(
  {},
  {},
  {},
  { no: true },
  { unused: { a: [] } },
  { fresh: false, no: false },
);
const unusualMore = fc.constantFrom<object>({}, { no: null }, { fresh: true }, { no: 'x' });

function operationsOf(odd: boolean): fc.Arbitrary<Params> {
  return fc
    .record({
      fields: fc.array(odd ? fc.oneof(rootFields(false), rootFields(true)) : rootFields(false), {
        minLength: 1,
        maxLength: 4,
      }),
      name: names,
      t: odd ? fc.oneof(unusualTemplates, fc.constantFrom<unknown>(null, 1, ['hasura'])) : usualTemplates,
      yes: odd ? fc.constantFrom<unknown>(true, false, null, 'true', 1) : fc.constantFrom(true, true, false),
      more: odd ? unusualMore : usualMore,
      layout: fc.constantFrom('plain', 'plain', 'lines', 'second operation', 'comment'),
      operationName: fc.constantFrom(
        'as named',
        'as named',
        'missing',
        'null',
        ...(odd ? ['empty', 'wrong'] : []),
      ),
    })
    .map(({ fields, name, t, yes, more, layout, operationName }) => {
      const body = fields.map((field, at) => field(at)).join(' ');
      // An operation without a name must be the only one.
      const fitting = layout === 'second operation' && name === '' && !odd ? 'plain' : layout;
      const query = layoutOf(documentOf(name, body), fitting);
      const used = Object.entries({ t, yes }).filter(([variable]) => query.includes(`$${variable}`));
      const variables = { ...Object.fromEntries(used), ...more };
      return { query, variables, ...operationNameOf(name, operationName, fitting) };
    });
}

/** Operations, most of them valid, with the values of their variables. */
export const operations: fc.Arbitrary<Params> = fc.oneof(
  { weight: 6, arbitrary: operationsOf(false) },
  { weight: 1, arbitrary: operationsOf(true) },
);

function documentOf(name: string, body: string): string {
  const spread = Object.entries(fragments).filter(([fragment]) =>
    new RegExp(`\\.\\.\\.${fragment}\\b`).test(body),
  );
  const text = [body, ...spread.map(([, definition]) => definition)].join(' ');
  const used = Object.entries(types).filter(([variable]) => new RegExp(`\\${variable}\\b`).test(text));
  const definitions = used.map(([variable, type]) => `${variable}: ${type}`).join(', ');
  const head = name || used.length > 0 ? `query ${name}${definitions && `(${definitions})`} ` : '';
  return [`${head}{ ${body} }`, ...spread.map(([, definition]) => definition)].join(' ');
}

function layoutOf(document: string, layout: string): string {
  if (layout === 'lines') return document.replaceAll(' ', '\n  ');
  if (layout === 'second operation') return `${document} query Other { __typename }`;
  return layout === 'comment' ? `# é\n${document},,` : document;
}

function operationNameOf(name: string, choice: string, layout: string): { operationName?: unknown } {
  // An operation without a name must be the only one.
  if (layout === 'second operation')
    return { operationName: choice === 'wrong' || name === '' ? 'Other' : name };
  if (choice === 'missing' || (choice === 'as named' && name === '')) return {};
  return { operationName: { 'as named': name, null: null, empty: '', wrong: 'Wrong' }[choice] };
}
