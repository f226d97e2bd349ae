import type { GraphQLSchema } from 'graphql';
// The types of the graph.
import './query.ts';
import './scalars.ts';
import './session.ts';
import './subscription.ts';
import './token.ts';
import { builder } from './builder.ts';
import { subgraphSdl, toSubgraph } from './federation.ts';

const graph = builder.toSchema({ sortSchema: false });

/** The subgraph SDL: what `schema.graphql` holds, a schema registry is given, and `_service` answers. */
export const sdl: string = subgraphSdl(graph);

/** The graph, as a Federation 2 subgraph. The only schema there is, for every runtime. */
export const schema: GraphQLSchema = toSubgraph(graph, sdl);
