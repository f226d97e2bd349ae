import { readFile } from 'node:fs/promises';
import {
  buildSchema,
  type GraphQLSchema,
  isObjectType,
  lexicographicSortSchema,
  parse,
  print,
  printSchema,
  visit,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { schema, sdl } from '../../src/graphql/schema.ts';
import { useGateways } from '../support/gateway.ts';

const world = useGateways();

/** What Federation 2 adds to the graph of a subgraph: Apollo's subgraph specification, without the directives. */
const federation = `
  scalar _Any
  union _Entity = Session
  type _Service { sdl: String }
  extend type Query {
    _entities(representations: [_Any!]!): [_Entity]!
    _service: _Service!
  }
`;

/** Types, fields and arguments, without descriptions. */
function shape(of: GraphQLSchema): string {
  const text = printSchema(lexicographicSortSchema(of)).replace(/ @specifiedBy\(url: "[^"]*"\)/g, '');
  return print(
    visit(parse(text), {
      enter: (node) => ('description' in node ? { ...node, description: undefined } : undefined),
    }),
  );
}

describe('the subgraph SDL', () => {
  test('is what schema.graphql holds and what _service answers, to the last byte', async () => {
    const registered = await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8');
    expect(`${sdl}\n`).toBe(registered);
    const { data } = await world.start().ask('{ _service { __typename sdl } }');
    expect(data).toEqual({ _service: { __typename: '_Service', sdl } });
  });

  test('marks Session as an entity, with a key that is a field of it', () => {
    const graph = buildSchema(sdl, { assumeValidSDL: true });
    const session = graph.getType('Session');
    if (!isObjectType(session)) throw new Error('expected the type Session');
    expect(session.astNode?.directives?.map(({ name }) => name.value)).toEqual(['key']);
    expect(sdl).toContain('type Session\n  @key(fields: "id")\n{\n');
    expect(String(session.getFields().id?.type)).toBe('ID!');
  });

  test('and what Federation adds are the schema that is executed', () => {
    expect(shape(schema)).toBe(shape(buildSchema(sdl + federation, { assumeValidSDL: true })));
  });
});

test.each(['_Any', '_Entity', '_Service', '_entities', '_service'])(
  'what routers compose from does not mention %s, which is no type or field of the graph',
  (name) => {
    expect(sdl).not.toMatch(new RegExp(`\\b${name}\\b`));
    expect(printSchema(schema)).toMatch(new RegExp(`\\b${name}\\b`));
  },
);
