import '@pothos/plugin-federation';
import type { GraphQLSchema } from 'graphql';
import { describeFederation } from './describe-federation.ts';
import { builder } from './graph.ts';
import { hideForeignTypes } from './hide-foreign-types.ts';

/** The graph, as a Federation 2 subgraph. */
export const schema: GraphQLSchema = describeFederation(
  hideForeignTypes(builder.toSubGraphSchema({ federationDirectives: ['@key'] })),
);
