import type { GatewayOptions } from './config/options.ts';
import { composeGateway, type FetchGateway } from './create-gateway.ts';
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

/** The options of a gateway without Node.js: all but those that need it. */
export type EdgeGatewayOptions = Omit<GatewayOptions, 'redisUrl'>;

/** A running gateway: hand requests to `fetch`. */
export type Gateway = FetchGateway;

/**
 * Builds a gateway for runtimes without Node.js' modules: Cloudflare Workers, Next.js' edge runtime, Deno, Bun. It is the same gateway,
 * with these differences: tokens are held by each isolate for itself, Clerk's SDK verifies every session token that is not
 * remembered, there is no GraphiQL, and logs are lines of JSON on the console. It may be called where a module begins:
 * nothing is fetched, and no timer started, before the first request.
 *
 * @param options - see `GatewayOptions`; only the keys and the templates have no default
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
