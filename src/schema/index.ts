import type { GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';
import { describeFederation } from './describe-federation.ts';
import './query.ts';
import './scalars.ts';
import './session.ts';
import './subscription.ts';
import { hideForeignTypes } from './hide-foreign-types.ts';
import './token.ts';

/** The graph, as a Federation 2 subgraph. */
export const schema: GraphQLSchema = describeFederation(hideForeignTypes(builder.toSubGraphSchema({})));
