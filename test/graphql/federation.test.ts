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

/** The types and fields of Apollo's subgraph specification for Federation 2, without the directives. */
const federation = `
  scalar _Any
  union _Entity = Session
  type _Service { sdl: String }
  extend type Query {
    _entities(representations: [_Any!]!): [_Entity]!
    _service: _Service!
  }
`;

/** Returns the types, fields and arguments of a schema, without descriptions. */
function shape(of: GraphQLSchema): string {
  const text = printSchema(lexicographicSortSchema(of)).replace(/ @specifiedBy\(url: "[^"]*"\)/g, '');
  return print(
    visit(parse(text), {
      enter: (node) => ('description' in node ? { ...node, description: undefined } : undefined),
    }),
  );
}

describe('the subgraph SDL', () => {
  test('is the content of schema.graphql and the answer of _service, byte for byte', async () => {
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

  test('and the types of Federation are the executed schema', () => {
    expect(shape(schema)).toBe(shape(buildSchema(sdl + federation, { assumeValidSDL: true })));
  });
});

test.each(['_Any', '_Entity', '_Service', '_entities', '_service'])(
  'the SDL for routers does not mention %s, which is not a type or field of the graph',
  (name) => {
    expect(sdl).not.toMatch(new RegExp(`\\b${name}\\b`));
    expect(printSchema(schema)).toMatch(new RegExp(`\\b${name}\\b`));
  },
);
