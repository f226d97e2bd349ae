import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginUsageReportingDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { createGatewayRuntime, type GatewayConfigSupergraph } from '@graphql-hive/gateway-runtime';
import { type SubgraphTokenOptions, useSubgraphTokens } from '../../../../src/hive-gateway.ts';
import { type Context, createBuildService } from '../../subgraph-token-data-source.ts';
import { gatewayConfig } from '../../subgraph-tokens.config.ts';
import { composeForApollo, composeForHive } from './composers.ts';
import { startCommand } from './hive-gateway.ts';
import type { Router } from './routers.ts';
import type { TokenSupergraph } from './token-supergraph.ts';

/** A router with the tokens of subgraphs, and what it has written. */
export interface TokenRouter extends Router {
  /** @param context - of the server, for a router in this process */
  ask(request: RequestInit, context?: object): Promise<Response>;
  output?(): string;
}

export const subgraphs = {
  inventory: { template: 'inventory' },
  billing: { template: 'billing', header: 'x-billing-token' },
} as const;

/** Longest time for a request to Mintgate, in milliseconds: the tests are not about time. */
const timeout = 60_000;

/** Starts Hive Gateway without a port. @param changes - to the configuration of the example. @param options - of the plugin */
export function startHive(
  world: TokenSupergraph,
  changes: Partial<GatewayConfigSupergraph> = {},
  options: SubgraphTokenOptions = { gateway: world.gateway, subgraphs },
): TokenRouter {
  const runtime = createGatewayRuntime({
    ...(gatewayConfig as GatewayConfigSupergraph),
    ...{ supergraph: composeForHive(world.services).supergraph ?? '', logging: false },
    ...changes,
    plugins: (context) => [useSubgraphTokens(options), ...(changes.plugins?.(context) ?? [])],
  });
  return {
    ask: async (request, context = {}) => runtime.fetch('http://router.example/graphql', request, context),
    close: async () => runtime.dispose(),
  };
}

/** Starts Apollo Gateway with the data source of the example. */
async function startApollo({ services, mintgateUrl }: TokenSupergraph): Promise<TokenRouter> {
  const gateway = new ApolloGateway({
    supergraphSdl: composeForApollo(services).supergraph ?? '',
    buildService: createBuildService(mintgateUrl, { inventory: 'inventory', billing: 'billing' }, timeout),
  });
  const server = new ApolloServer<Context>({
    ...{ gateway, stopOnTerminationSignals: false },
    // Independent of the environment.
    plugins: [ApolloServerPluginUsageReportingDisabled()],
  });
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port: 0 },
    context: async ({ req }) => ({ headers: req.headers }),
  });
  return { ask: (request) => fetch(url, request), close: () => server.stop() };
}

type StartTokenRouter = (world: TokenSupergraph) => TokenRouter | Promise<TokenRouter>;

/** The routers, by their names, with the header of the subgraph billing. */
export const tokenRouters: readonly [name: string, start: StartTokenRouter, billingHeader: string][] = [
  ['Hive Gateway and Mintgate in one process', (world) => startHive(world), 'x-billing-token'],
  [
    'Hive Gateway with Mintgate over HTTP',
    (world) => startHive(world, {}, { url: world.mintgateUrl, timeout, subgraphs }),
    'x-billing-token',
  ],
  [
    'the command hive-gateway',
    ({ services, mintgateUrl }) =>
      startCommand(
        composeForHive(services).supergraph ?? '',
        ['--config-path', 'subgraph-tokens.config.ts'],
        { MINTGATE_URL: mintgateUrl, MINTGATE_TIMEOUT: String(timeout) },
      ),
    'x-billing-token',
  ],
  ['Apollo Gateway', startApollo, 'authorization'],
];
