import type { RequestListener } from 'node:http';
import type { GatewayOptions } from './config/options.ts';
import { composeGateway } from './create-gateway.ts';
import type { FetchGateway } from './gateway/fetch-gateway.ts';
import { listenFast } from './http/fast-path/fast-listener.ts';
import { useGraphiQL } from './http/graphiql/use-graphiql.ts';
import { refuseAmbiguousRequests } from './http/node-listener.ts';
import { traceNodeRequest } from './http/request-trace.ts';
import { shareThroughRedis } from './redis/share-through-redis.ts';
import { nodeRuntime } from './runtime/node.ts';

export type { AuthorizationRequirement, Caller, SessionClaims } from './auth/caller.ts';
export { type ClerkAuth, clerkAuth } from './auth/clerk-auth.ts';
export type { HostAuthenticate, HostAuthentication, HostRefusal } from './auth/host-authenticate.ts';
export { defineConfig, type MintgateConfig } from './config/define-config.ts';
export type { GatewayOptions } from './config/options.ts';
export { errorCodes, type GatewayErrorCode, type TransportErrorCode } from './errors.ts';
export type { GatewayLogger } from './logging/logger.ts';
export { createLogger, type LoggerOptions } from './logging/node-logger.ts';
export type { Audit, AuditEvent } from './mint/audit.ts';
export type { RefusalReason } from './mint/mint-failure.ts';
export type { TemplatePolicy, Templates } from './mint/policy.ts';
export type { GatewayStats } from './mint/stats.ts';
export type { Subgraphs, SubgraphToken } from './subgraphs/subgraph-token.ts';
export type { Telemetry } from './telemetry/telemetry.ts';

/** A running gateway: a listener for node:http, with `fetch` for other hosts. */
export interface Gateway extends RequestListener, FetchGateway {}

/**
 * Creates a gateway. It reads no environment variables, changes no globals, and keeps no process alive.
 *
 * @param options - the keys and the templates are required; production requires `authorizedParties`, too
 * @throws TypeError that names every wrong option and what was expected
 *
 * @example
 * const gateway = createGateway({ secretKey, publishableKey, authorizedParties: ['https://app.example.com'],
 *   templates: { hasura: {} } });
 * http.createServer(gateway).listen(4000);
 */
export function createGateway(options: GatewayOptions): Gateway {
  const parts = { shareThroughRedis, useGraphiQL };
  const { gateway, present, log, reporter } = composeGateway(options, nodeRuntime, parts);
  const yogaListener: RequestListener = (request, response) => {
    const { yoga, settings } = present();
    return traceNodeRequest({ reporter, ...settings }, request, () => yoga(request, response));
  };
  // Where Yoga uses the Request of the host, as in Next.js, that refuses a stream whose body the fast path has read.
  const readsBodies = present().yoga.fetchAPI.Request !== globalThis.Request;
  const listener = refuseAmbiguousRequests(
    readsBodies ? listenFast(present, yogaListener) : yogaListener,
    log,
    reporter,
  );
  return Object.assign(listener, gateway);
}
