import {
  extendSchema,
  type GraphQLSchema,
  isIntrospectionType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  parse,
  printType,
} from 'graphql';
import type { Caller } from '../auth/caller.ts';
import type { GatewayContext } from './context.ts';
import { resolveSession, sessionKey } from './session.ts';

const link = 'extend schema\n  @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key"])';

const federationTypes = parse(`
  "A representation of an entity, as a router sends it: its \`__typename\` and the fields of its key."
  scalar _Any

  "Every entity of this subgraph."
  union _Entity = Session

  "The data from which a router composes its supergraph."
  type _Service {
    "The schema of this subgraph, in the schema definition language."
    sdl: String
  }

  extend type Query {
    "For routers: resolves entities by their keys. Returns the calling session, and null for every other entity."
    _entities(
      "The requested entities, at most ten."
      representations: [_Any!]!
    ): [_Entity]!

    "For routers: the schema of this subgraph."
    _service: _Service!
  }
`);

/** Returns the SDL of a graph as a Federation 2 subgraph. */
export function subgraphSdl(graph: GraphQLSchema): string {
  const types = Object.values(graph.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  return (
    [link, ...types.map(printType)]
      .join('\n\n')
      .replace(/^type Session \{$/m, `type Session\n  @key(fields: "${sessionKey}")\n{`)
      // As in the SDL of Apollo's printer and of schema registries.
      .replace(/ @specifiedBy\(url: "[^"]*"\)/g, '')
  );
}

/**
 * Returns a graph with the fields that routers query, and their types: a Federation 2 subgraph.
 *
 * @param sdl - the answer of `_service`
 */
export function toSubgraph(graph: GraphQLSchema, sdl: string): GraphQLSchema {
  const subgraph = lexicographicSortSchema(extendSchema(graph, federationTypes));
  const { _entities: entities, _service: service } = subgraph.getQueryType()?.getFields() ?? {};
  if (!entities || !service) throw new Error('expected the subgraph schema to have _entities and _service');
  service.resolve = () => ({ sdl });
  // Not Promise.all, which would fail all representations with the first error.
  entities.resolve = (_root, { representations }: { representations: readonly unknown[] }, context) =>
    representations.map((representation) => resolveEntity(representation, context));
  return subgraph;
}

/** Returns the calling session, or `null` for a representation of anything else. */
async function resolveEntity(
  representation: unknown,
  context: GatewayContext,
): Promise<(Caller & { __typename: 'Session' }) | null> {
  const { __typename, id } = (representation ?? {}) as { __typename?: unknown; id?: unknown };
  if (__typename !== 'Session') return null;
  const caller = await resolveSession({ id }, context);
  return caller && { ...caller, __typename };
}
