import { createClerkClient } from '@clerk/backend';
import { createYoga } from 'graphql-yoga';
import { type Authenticate, clerkAuthenticate, hostAuthenticate } from './auth/authenticate.ts';
import { rememberCallers } from './auth/caller-cache.ts';
import { defaultApiUrl, defaultDeadline, keySetUrl } from './clerk/client.ts';
import { fixedKey, remoteKeys } from './clerk/jwks.ts';
import { secretKeyStatus } from './clerk/secret-key-health.ts';
import type { GatewayOptions } from './config/options.ts';
import { validateOptions } from './config/problems.ts';
import type { GatewayContext } from './graphql/context.ts';
import { schema } from './graphql/schema.ts';
import { exactOrigins } from './http/cors.ts';
import { documentCache } from './http/documents/document-cache.ts';
import { maskError } from './http/mask-error.ts';
import { operationContexts } from './http/operation-context.ts';
import { useAcceptableTypes } from './http/plugins/use-acceptable-types.ts';
import { useClerkWebhooks } from './http/plugins/use-clerk-webhooks.ts';
import { useCsrfProtection } from './http/plugins/use-csrf-protection.ts';
import { operationLimits } from './http/plugins/use-document-limits.ts';
import { useErrorCodes } from './http/plugins/use-error-codes.ts';
import { useEventStreams } from './http/plugins/use-event-streams.ts';
import { useHealth } from './http/plugins/use-health.ts';
import { useJsonPost } from './http/plugins/use-json-post.ts';
import { useNoPersistedQueries } from './http/plugins/use-no-persisted-queries.ts';
import { useOperationChoice } from './http/plugins/use-operation-choice.ts';
import { usePersistedDocuments } from './http/plugins/use-persisted-documents.ts';
import { useRepresentationLimit } from './http/plugins/use-representation-limit.ts';
import { useRequestLog } from './http/plugins/use-request-log.ts';
import { useRequireSession } from './http/plugins/use-require-session.ts';
import { useResponseHeaders } from './http/plugins/use-response-headers.ts';
import { useResultLimit } from './http/plugins/use-result-limit.ts';
import { useRouterSecret } from './http/plugins/use-router-secret.ts';
import { useRoutes } from './http/plugins/use-routes.ts';
import { useValidationLimits } from './http/plugins/use-validation-cost-limit.ts';
import { describeError, type GatewayLogger } from './logging/logger.ts';
import { steadyLogger } from './logging/safe-logger.ts';
import type { GatewayStats } from './mint/stats.ts';
import { defaultMaxSessionTokenLifetime, startMinting } from './minting.ts';
import { refuseRevoked } from './revocation/reject-revoked.ts';
import type { Platform } from './runtime/runtime.ts';
import { waitUntilOf } from './runtime/wait-until.ts';

/** Most verified session tokens that are remembered. */
const rememberedCallers = 20_000;

/** A running gateway, where requests and answers are those of `fetch`. */
export interface FetchGateway {
  /**
   * Answers one request, without a socket.
   *
   * @param request - a GraphQL request, or one for `/health` or `/ready`
   * @param hostContext - passed on to `options.authenticate` as it is. Where a runtime ends the work of a request with its answer,
   *   it must have its `waitUntil`, as the context of a Cloudflare Worker has
   */
  fetch(request: Request, hostContext?: object): Promise<Response>;
  /** What the gateway has done since it was created, in this process: hits, mints, refusals. */
  stats(): GatewayStats;
  /**
   * Makes `/ready` answer 503 from now on, and ends subscriptions, while requests are still served: the first step of a
   * shutdown.
   */
  drain(): void;
  /** Ends what the gateway holds open, connections to Redis among it. Requests under way should be waited for first. */
  dispose(): Promise<void>;
}

/**
 * Puts the parts of a gateway together.
 *
 * @param platform - what differs between runtimes
 * @returns the gateway, and what a listener of the platform's own is made from
 * @throws TypeError that names every wrong option and what was expected
 */
export function assembleGateway(options: GatewayOptions, platform: Platform) {
  validateOptions(options);
  requireRedis(options, platform);
  const { mode = 'production', graphqlEndpoint = '/graphql', corsOrigins = [] } = options;
  const now = options.now ?? (() => Date.now());
  const log = steadyLogger(options.logger ?? platform.createLogger());
  const {
    authenticate: verify,
    keysObstacle,
    secretKey,
    sessions,
  } = connectClerk(options, platform, log, now);
  let draining = false;

  if (options.templates === '*' && mode === 'production') {
    log.warn("templates: '*' lets every signed-in caller mint every template of the Clerk instance");
  }
  const onKeyVerdict = secretKey.report;
  const minting = startMinting(options, { sessions, onKeyVerdict, platform, log, now });
  const { mintToken, onRefused } = minting.engine;
  const { streams } = minting;
  const authenticate = refuseRevoked(verify, minting.revocations);
  const { webhookSigningSecret: signingSecret, routerSecret } = options;
  const introspection = mode === 'development' || routerSecret !== undefined;

  function drain(): void {
    draining = true;
    streams.drain();
  }

  async function obstacles(): Promise<string[]> {
    const found = [draining ? 'shutting down' : undefined, await secretKey.obstacle(), await keysObstacle()];
    return [...new Set(found.filter((obstacle) => obstacle !== undefined))];
  }

  const { matcherOf, scheduleBatch, useGraphiQL } = platform;
  const documents = documentCache();
  const yoga = createYoga<Record<string, unknown>, GatewayContext>({
    schema,
    graphqlEndpoint,
    // Yoga matches its own health check by suffix, on any path: useHealth takes its place.
    healthCheckEndpoint: '\0',
    logging: yogaLogging(log),
    maskedErrors: { maskError, isDev: false },
    cors: exactOrigins(corsOrigins),
    maxRequestBodySize: false,
    multipart: false,
    batching: false,
    parserAndValidationCache: documents.option,
    graphiql: false,
    landingPage: false,
    context: operationContexts({ authenticate, mintToken, streams, onRefused, scheduleBatch, log, now }),
    plugins: [
      useErrorCodes(mode),
      useRequestLog({ log, graphqlEndpoint }),
      useResponseHeaders(),
      useHealth({ obstacles, redisStatus: minting.redisStatus }),
      ...(mode === 'development' && useGraphiQL ? [useGraphiQL({ graphqlEndpoint })] : []),
      ...(signingSecret ? [useClerkWebhooks({ signingSecret, revoke: minting.revoke, log, now })] : []),
      useRoutes({ graphqlEndpoint }),
      ...(options.persistedDocuments ? [] : [useNoPersistedQueries()]),
      useJsonPost({ maxBodyBytes: options.maxBodyBytes ?? 65_536, log }),
      useAcceptableTypes(),
      useCsrfProtection({ corsOrigins, hostAuthenticates: options.authenticate !== undefined }),
      ...(options.persistedDocuments ? [usePersistedDocuments(options.persistedDocuments)] : []),
      documents.plugin,
      useOperationChoice(),
      ...[useValidationLimits(), ...operationLimits({ mode, introspection })].map(documents.once),
      ...(mode === 'production' && routerSecret ? [useRouterSecret({ routerSecret, matcherOf })] : []),
      useRepresentationLimit(),
      useResultLimit(),
      useEventStreams(),
      ...(options.requireSession ? [useRequireSession()] : []),
    ],
  });

  const gateway: FetchGateway = {
    async fetch(request, hostContext = {}) {
      const answer = Promise.resolve(yoga.fetch(request, { hostContext }));
      // Others may wait for what this request has begun, when its client has long gone.
      waitUntilOf(hostContext)?.(answer);
      return answer;
    },
    stats: () => ({ subscriptions: streams.size, ...minting.engine.stats() }),
    drain,
    dispose: async () => {
      drain();
      await yoga.dispose();
      minting.close();
    },
  };
  return { gateway, yoga, log };
}

/** @throws TypeError where Redis is asked for and cannot be had */
function requireRedis({ redisUrl }: GatewayOptions, { shareThroughRedis }: Platform): void {
  if (redisUrl === undefined || shareThroughRedis) return;
  throw new TypeError(
    "createGateway: redisUrl: Redis is out of reach of 'mintgate/edge': leave it out, or use createGateway of 'mintgate' in Node.js",
  );
}

/** The two ways to Clerk, who is calling and minting, and what is known of their state. */
function connectClerk(options: GatewayOptions, platform: Platform, log: GatewayLogger, now: () => number) {
  const { publishableKey, jwtKey, apiUrl = defaultApiUrl, deadline = defaultDeadline } = options;
  const clerk = createClerkClient({
    secretKey: options.secretKey,
    publishableKey,
    apiUrl,
    telemetry: { disabled: true },
  });
  const { authorizedParties = 'any', maxSessionTokenLifetime = defaultMaxSessionTokenLifetime } = options;
  const remote = remoteKeys({
    url: keySetUrl(apiUrl),
    secretKey: options.secretKey,
    deadline,
    onKeyVerdict: (verdict) => secretKey.report(verdict),
    log,
    now,
  });
  const secretKey = secretKeyStatus({ ask: remote.refresh, now });
  const keys = jwtKey ? fixedKey(jwtKey) : remote;
  const authenticate: Authenticate = options.authenticate
    ? hostAuthenticate(options.authenticate, { maxSessionTokenLifetime, deadline, log, now })
    : rememberCallers(
        clerkAuthenticate({
          clerk,
          keys,
          authorizedParties: authorizedParties === 'any' ? undefined : authorizedParties,
          acceptMissingAzp: options.acceptMissingAzp ?? false,
          maxSessionTokenLifetime,
          readPlainToken: platform.readPlainToken,
        }),
        { max: rememberedCallers, digest: platform.digest, now },
      );
  const keysObstacle = options.authenticate ? async () => undefined : keys.obstacle;
  return { authenticate, keysObstacle, secretKey, sessions: clerk.sessions };
}

// Yoga logs what it masks. Its debug lines are about every step of every request: they are left out.
function yogaLogging(log: GatewayLogger) {
  const unexpected = (...args: unknown[]) => {
    const error = args.find((arg) => arg instanceof Error);
    log.error(describeError(error), 'unexpected error');
  };
  const ignored = () => {};
  return { debug: ignored, info: ignored, warn: unexpected, error: unexpected };
}
