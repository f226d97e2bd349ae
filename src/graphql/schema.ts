import type { GraphQLSchema } from 'graphql';
// These modules add their types to the builder.
import './query.ts';
import './scalars.ts';
import './session.ts';
import './subscription.ts';
import './token.ts';
import { builder } from './builder.ts';
import { withDiscovery } from './discovery.ts';
import { subgraphSdl, toSubgraph } from './federation.ts';

const graph = builder.toSchema({ sortSchema: false });

/** The subgraph SDL: the content of `schema.graphql`, and the answer of `_service`. */
export const sdl: string = subgraphSdl(graph);

/** The executed schema, a Federation 2 subgraph. All runtimes use this one. */
export const schema: GraphQLSchema = toSubgraph(graph, sdl);

let discovering: GraphQLSchema | undefined;

/** Returns the executed schema of a gateway. @param options.discovery - whether it has `Session.tokenTemplates` */
export function schemaOf({ discovery }: { readonly discovery: boolean }): GraphQLSchema {
  if (!discovery) return schema;
  // Made only where it is needed, and once.
  discovering ??= createDiscoverySchema();
  return discovering;
}

function createDiscoverySchema(): GraphQLSchema {
  const extended = withDiscovery(graph);
  return toSubgraph(extended, subgraphSdl(extended));
}
