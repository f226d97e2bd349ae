import { expect, test } from 'vitest';
import { useGateways } from '../../support/gateway.ts';

const world = useGateways();
const session = (id: string) => ({ __typename: 'Session', id });

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
