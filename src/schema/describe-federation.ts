import { type GraphQLSchema, isObjectType } from 'graphql';

/** What the federation plugin adds to the graph, which it leaves without a word. */
const descriptions = {
  _Any: 'A representation of an entity, as a router sends it: its `__typename` and the fields of its key.',
  _Entity: 'Every entity of this subgraph.',
  _Service: 'What a router composes its supergraph from.',
  '_Service.sdl': 'The schema of this subgraph, in the schema definition language.',
  'Query._service': 'For routers: the schema of this subgraph.',
  'Query._entities':
    'For routers: resolves entities by their keys. It answers the calling session alone, and null for every other.',
  'Query._entities(representations)': 'The entities that are asked for, ten at most.',
};

/** Describes the types and fields of Federation, for those who read the graph in GraphiQL. */
export function describeFederation(schema: GraphQLSchema): GraphQLSchema {
  for (const [place, description] of Object.entries(descriptions)) {
    const target = find(schema, place);
    if (target === undefined) throw new Error(`expected the subgraph schema to have ${place}`);
    target.description = description;
  }
  return schema;
}

/** @param place - `Type`, `Type.field` or `Type.field(argument)` */
function find(schema: GraphQLSchema, place: string) {
  const [, typeName = '', fieldName, argumentName] = /^(\w+)(?:\.(\w+))?(?:\((\w+)\))?$/.exec(place) ?? [];
  const type = schema.getType(typeName);
  if (fieldName === undefined) return type;
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  return argumentName === undefined ? field : field?.args.find(({ name }) => name === argumentName);
}
