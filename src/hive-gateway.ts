import { parseOptions, type SubgraphTokenOptions } from './hive-gateway/subgraph-token-options.ts';
import {
  guardHeaders,
  guardSubgraph,
  type PluginState,
  type SubgraphTokenPlugin,
} from './hive-gateway/subgraph-token-plugin.ts';

export type { InProcessGateway } from './hive-gateway/send-operation.ts';
export type { SubgraphTokenOptions } from './hive-gateway/subgraph-token-options.ts';
export type { SubgraphTokenPlugin } from './hive-gateway/subgraph-token-plugin.ts';
export type { Subgraphs, SubgraphToken } from './subgraphs/subgraph-token.ts';

/**
 * Creates a plugin of Hive Gateway that gives each subgraph the token made for it: minted by Mintgate for the caller of the router, from the
 * template that the mapping names. The caller's own credentials (`authorization` and Clerk's cookies) reach Mintgate's subgraph and no other,
 * whatever else the router forwards.
 *
 * - An anonymous caller: the subgraph is asked without a token.
 * - No token for a signed-in caller: the subgraph is not asked, and its fields are null with Mintgate's code and `retryAfter` in `extensions`
 *   (`onFailure: 'anonymous'` asks it without a token).
 * - A subscription completes when its token expires.
 *
 * Subgraphs of one operation that have the same template share one request to Mintgate. List the plugin first: one before it that wraps `fetch` could
 * add credentials after it has removed them.
 *
 * @param options - the mapping, and Mintgate: `gateway` in this process, or the `url` of a running one
 * @throws TypeError that names the wrong option, and what was expected
 *
 * @example
 * plugins: () => [useSubgraphTokens({ gateway, subgraphs: { inventory: { template: 'inventory' } } })]
 */
export function useSubgraphTokens(options: SubgraphTokenOptions): SubgraphTokenPlugin {
  const state: PluginState = {
    options: parseOptions(options),
    operations: new WeakMap(),
    guards: new WeakMap(),
  };
  return {
    onSubgraphExecute: (execution) => guardSubgraph(state, execution),
    onFetch: (execution) => guardHeaders(state, execution),
  };
}
