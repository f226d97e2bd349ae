import { extendSchema, type GraphQLSchema, lexicographicSortSchema, parse, printSchema } from 'graphql';
import type { GatewayContext } from './context.ts';
import { describeFederation } from './describe-federation.ts';
import { builder } from './graph.ts';
import { resolveSession, sessionKey } from './session.ts';

const federation = parse(`
  scalar _Any
  union _Entity = Session
  type _Service { sdl: String }
  extend type Query {
    _entities(representations: [_Any!]!): [_Entity]!
    _service: _Service!
  }
`);

const link = 'extend schema\n  @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key"])';

let made: GraphQLSchema | undefined;

/**
 * The graph as a Federation 2 subgraph, made without Apollo's libraries, which need Node.js: the same as `schema`, which tests
 * compare. Made at the first question.
 */
export function portableSchema(): GraphQLSchema {
  made ??= subgraphOf(builder.toSchema());
  return made;
}

function subgraphOf(graph: GraphQLSchema): GraphQLSchema {
  const subgraph = describeFederation(lexicographicSortSchema(extendSchema(graph, federation)));
  const { _entities: entities, _service: service } = subgraph.getQueryType()?.getFields() ?? {};
  if (!entities || !service) throw new Error('expected the subgraph schema to have _entities and _service');
  const sdl = textOf(graph);
  service.resolve = () => ({ sdl });
  entities.resolve = (_root, { representations }, context) => resolveEntities(representations, context);
  return subgraph;
}

function textOf(graph: GraphQLSchema): string {
  const text = printSchema(graph)
    .replace(/^type Session /m, `type Session @key(fields: "${sessionKey}") `)
    // Apollo's printer leaves it out, too.
    .replace(/ @specifiedBy\(url: "[^"]*"\)/g, '');
  return `${link}\n\n${text}\n`;
}

/** Null for whatever is not the calling session, entities of other types among it. */
async function resolveEntities(representations: readonly unknown[], context: GatewayContext) {
  return Promise.all(representations.map((representation) => entityOf(representation, context)));
}

async function entityOf(representation: unknown, context: GatewayContext) {
  const { __typename, id } = (representation ?? {}) as { __typename?: unknown; id?: unknown };
  if (__typename !== 'Session') return null;
  const caller = await resolveSession({ id }, context);
  return caller && { ...caller, __typename };
}
