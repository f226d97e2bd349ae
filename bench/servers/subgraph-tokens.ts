// Hive Gateway with one subgraph, without HTTP: operations with one request to the subgraph, with and without the plugin for its token, in turns.
import {
  createGatewayRuntime,
  type GatewayConfigSupergraph,
  useCustomFetch,
} from '@graphql-hive/gateway-runtime';
import { useSubgraphTokens } from '../../src/hive-gateway.ts';
import { createGateway, createLogger } from '../../src/index.ts';
import { answerMeasurer, type ClerkSettings, settings } from './answer.ts';

/** Operations of a turn. */
const operations = 200;

const supergraph = `
  schema
    @link(url: "https://specs.apollo.dev/link/v1.0")
    @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query }
  directive @join__graph(name: String!, url: String!) on ENUM_VALUE
  directive @join__type(graph: join__Graph!) repeatable on OBJECT
  directive @link(url: String, for: link__Purpose) repeatable on SCHEMA
  enum link__Purpose { EXECUTION }
  enum join__Graph { INVENTORY @join__graph(name: "inventory", url: "http://127.0.0.1:9/graphql") }
  type Query @join__type(graph: INVENTORY) { stock: Int }
`;
const body = JSON.stringify({ query: '{ stock }' });

/** A router whose subgraph answers at once. `sent` counts the requests with a header of a token. */
function startRouter(config: Partial<GatewayConfigSupergraph>) {
  let sent = 0;
  const plugins = config.plugins ?? (() => []);
  const runtime = createGatewayRuntime({
    ...{ supergraph, logging: false, ...config },
    plugins: (context) => [
      useCustomFetch(async (_url, options) => {
        const { authorization = '' } = (options?.headers ?? {}) as Record<string, string>;
        if (authorization.startsWith('Bearer eyJ')) sent += 1;
        return Response.json({ data: { stock: 1 } });
      }),
      ...plugins(context),
    ],
  });
  return {
    async operate(authorization: string): Promise<void> {
      const headers = { 'content-type': 'application/json', authorization };
      const response = await runtime.fetch('http://127.0.0.1/graphql', { method: 'POST', headers, body });
      const text = await response.text();
      if (text !== '{"data":{"stock":1}}') throw new Error(`expected the data of the subgraph: ${text}`);
    },
    sent: () => sent,
  };
}

/** A router that sends a header of the same length, without a request for it. */
function startWithFixedHeader(token: string) {
  const fromClientToSubgraphs = () => ({ authorization: `Bearer ${token}` });
  return startRouter({ propagateHeaders: { fromClientToSubgraphs } });
}

function startWithPlugin() {
  const gateway = createGateway({
    ...settings<ClerkSettings>(),
    ...{ authorizedParties: 'any', templates: { long: { lifetime: 600, maxCacheAge: 300 } } },
    logger: createLogger({ level: 'silent' }),
  });
  const subgraphs = { inventory: { template: 'long' } };
  return startRouter({ plugins: () => [useSubgraphTokens({ gateway, subgraphs })] });
}

/**
 * Measures a router with a fixed header, the same again, and one with the plugin.
 *
 * @param token - a session token
 * @returns the CPU time per operation of each turn, in microseconds, for each router
 */
async function measure(token: string, warmTurns: number, turns: number): Promise<number[][]> {
  const routers = [startWithFixedHeader(token), startWithFixedHeader(token), startWithPlugin()];
  const times: number[][] = routers.map(() => []);
  const order = routers.map((_router, at) => at);
  for (let turn = 0; turn < warmTurns + turns; turn += 1) {
    for (const at of turn % 2 === 0 ? order : order.toReversed()) {
      const cpu = await measureTurn(routers[at], `Bearer ${token}`);
      if (turn >= warmTurns) times[at]?.push(cpu);
    }
  }
  return times;
}

async function measureTurn(router: ReturnType<typeof startRouter> | undefined, authorization: string) {
  const sentBefore = router?.sent() ?? 0;
  const before = process.cpuUsage();
  for (let at = 0; at < operations; at += 1) await router?.operate(authorization);
  const { user, system } = process.cpuUsage(before);
  if (router?.sent() !== sentBefore + operations) throw new Error('expected a token in each request');
  return (user + system) / operations;
}

const handlers = answerMeasurer('', { measure });

export type SubgraphTokensServer = typeof handlers;
