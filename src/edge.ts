import type { GatewayOptions } from './config/options.ts';
import { composeGateway } from './create-gateway.ts';
import type { FetchGateway } from './gateway/fetch-gateway.ts';
import { webRuntime } from './runtime/web.ts';

export type { AuthorizationRequirement, Caller, SessionClaims } from './auth/caller.ts';
export { type ClerkAuth, clerkAuth } from './auth/clerk-auth.ts';
export type { HostAuthenticate, HostAuthentication, HostRefusal } from './auth/host-authenticate.ts';
export { errorCodes, type GatewayErrorCode, type TransportErrorCode } from './errors.ts';
export type { GatewayLogger } from './logging/logger.ts';
export { createLogger, type LoggerOptions } from './logging/web-logger.ts';
export type { Audit, AuditEvent } from './mint/audit.ts';
export type { RefusalReason } from './mint/mint-failure.ts';
export type { TemplatePolicy, Templates } from './mint/policy.ts';
export type { GatewayStats } from './mint/stats.ts';
export type { Subgraphs, SubgraphToken } from './subgraphs/subgraph-token.ts';
export type { Telemetry } from './telemetry/telemetry.ts';

/** The options of a gateway without Node.js: all except those that need it. */
export type EdgeGatewayOptions = Omit<GatewayOptions, 'redisUrl'>;

/** A running gateway, whose `fetch` answers requests. */
export type Gateway = FetchGateway;

/**
 * Creates a gateway for runtimes without the modules of Node.js: Cloudflare Workers, Next.js' edge runtime, Deno, Bun. It differs from
 * the gateway for Node.js: each isolate has its own cache of tokens, Clerk's SDK verifies every session token that is not cached, there
 * is no GraphiQL, and logs are lines of JSON on the console. It may be called at module level: it fetches nothing and starts no timer
 * before the first request.
 *
 * @param options - the keys and the templates are required; production requires `authorizedParties`, too
 * @throws TypeError that names every wrong option and what was expected
 *
 * @example
 * const gateway = createGateway({ secretKey, publishableKey, authorizedParties: ['https://app.example.com'],
 *   templates: { hasura: {} } });
 * export default { fetch: (request, _env, context) => gateway.fetch(request, context) };
 */
export function createGateway(options: EdgeGatewayOptions): Gateway {
  return composeGateway(options, webRuntime).gateway;
}
