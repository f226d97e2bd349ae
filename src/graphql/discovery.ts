import { extendSchema, type GraphQLObjectType, type GraphQLSchema, parse } from 'graphql';
import type { Caller } from '../auth/caller.ts';
import type { TokenTemplate } from '../mint/list-token-templates.ts';
import type { MaybePromise } from '../time/maybe-promise.ts';
import type { GatewayContext } from './context.ts';
import { countingFailure } from './result-usage.ts';

const discoveryTypes = parse(`
  "A JWT template that the gateway is configured to mint."
  type TokenTemplate {
    "The name, for the argument \`template\`."
    name: String!

    "The configured lifetime of its tokens, in seconds; null where the template at Clerk decides it."
    lifetime: Int

    "Whether the policy of the gateway lets the calling session mint it at present. Clerk may still refuse."
    mintable: Boolean!
  }

  extend type Session {
    "The templates that the gateway is configured to mint, by name."
    tokenTemplates: [TokenTemplate!]!
  }
`);

/** Returns a graph with `Session.tokenTemplates`, for the option `discovery`. */
export function withDiscovery(graph: GraphQLSchema): GraphQLSchema {
  const extended = extendSchema(graph, discoveryTypes);
  const session = extended.getType('Session') as GraphQLObjectType<Caller, GatewayContext>;
  const { tokenTemplates } = session.getFields();
  if (!tokenTemplates) throw new Error('expected the type Session to have tokenTemplates');
  tokenTemplates.resolve = (_caller, _args, context) => resolveTokenTemplates(context);
  return extended;
}

/** Resolves the list, and counts its failure: an operation may have many of these fields. */
function resolveTokenTemplates(context: GatewayContext): MaybePromise<readonly TokenTemplate[]> {
  return countingFailure(context.resultUsage, context.listTokenTemplates);
}
