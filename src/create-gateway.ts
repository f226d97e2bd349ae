import type { ClerkClient } from '@clerk/backend';
import { createYoga, type Plugin } from 'graphql-yoga';
import { type Authenticate, clerkAuthenticate, hostAuthenticate } from './auth/authenticate.ts';
import { cacheCallers } from './auth/caller-cache.ts';
import { clockSkewSeconds } from './auth/session-claims.ts';
import { createClient, defaultApiUrl, defaultDeadline, keySetUrl } from './clerk/client.ts';
import { fixedKey, remoteKeys } from './clerk/jwks.ts';
import { frontendApiHost } from './clerk/publishable-key.ts';
import { secretKeyHealth } from './clerk/secret-key-health.ts';
import type { GatewayOptions } from './config/options.ts';
import { validateOptions } from './config/problems.ts';
import type { GatewayContext } from './graphql/context.ts';
import { schema } from './graphql/schema.ts';
import { allowOrigins } from './http/cors.ts';
import { createDocumentCache } from './http/documents/document-cache.ts';
import type { GraphiQLOptions } from './http/graphiql/use-graphiql.ts';
import { maskError } from './http/mask-error.ts';
import { createContextFactory } from './http/operation-context.ts';
import { useAcceptableTypes } from './http/plugins/use-acceptable-types.ts';
import { useClerkWebhooks } from './http/plugins/use-clerk-webhooks.ts';
import { useCsrfProtection } from './http/plugins/use-csrf-protection.ts';
import { useDocumentLimits } from './http/plugins/use-document-limits.ts';
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
import { useValidationCostLimit } from './http/plugins/use-validation-cost-limit.ts';
import { describeError, type GatewayLogger } from './logging/logger.ts';
import { safeLogger } from './logging/safe-logger.ts';
import { createAuditor } from './mint/audit.ts';
import { createMintEngine, type MintEngine } from './mint/mint-engine.ts';
import { createPolicies, longestCacheAge } from './mint/policy.ts';
import type { GatewayStats } from './mint/stats.ts';
import type { RedisStatus } from './redis/connection.ts';
import type { ShareThroughRedis } from './redis/share-through-redis.ts';
import { rejectRevoked } from './revocation/reject-revoked.ts';
import { createRevocations, type Revocation, type Revocations } from './revocation/revocations.ts';
import type { Runtime } from './runtime/runtime.ts';
import { waitUntilOf } from './runtime/wait-until.ts';
import { createTokenStreams, type TokenStreams } from './subscription/token-streams.ts';
import { monotonicNow } from './time/monotonic-now.ts';

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

/** Parts of a gateway that Node.js alone has. */
export interface NodeParts {
  /** Shares tokens, limits and revocations with other instances. */
  shareThroughRedis: ShareThroughRedis;
  /** Serves GraphiQL, a page with 9 MB of script. */
  useGraphiQL: (options: GraphiQLOptions) => Plugin;
}

/**
 * Builds a gateway of its parts: the only place that knows them all.
 *
 * @param runtime - the parts that differ between JavaScript runtimes
 * @param parts - the parts that only Node.js has. @default none
 * @returns the gateway, its Yoga server for a listener of node:http, and its logger
 * @throws TypeError that names every wrong option and what was expected
 */
export function composeGateway(options: GatewayOptions, runtime: Runtime, parts: Partial<NodeParts> = {}) {
  validateOptions(options);
  requireRedis(options, parts);
  const { mode = 'production', graphqlEndpoint = '/graphql', corsOrigins = [] } = options;
  const now = options.now ?? (() => Date.now());
  const log = safeLogger(options.logger ?? runtime.createLogger());
  const {
    authenticate: verify,
    keysObstacle,
    secretKey,
    sessions,
  } = connectClerk(options, runtime, log, now);
  let draining = false;

  if (options.templates === '*' && mode === 'production') {
    log.warn("templates: '*' lets every signed-in caller mint every template of the Clerk instance");
  }
  const onKeyVerdict = secretKey.report;
  const minting = startMinting(options, {
    ...{ sessions, onKeyVerdict, runtime, log, now },
    shareThroughRedis: parts.shareThroughRedis,
  });
  const { mintToken, onRefused } = minting.engine;
  const { streams } = minting;
  const authenticate = rejectRevoked(verify, minting.revocations);
  const { webhookSigningSecret: signingSecret, routerSecret } = options;
  const introspection = mode === 'development' || routerSecret !== undefined;

  function drain(): void {
    draining = true;
    streams.drain();
  }

  async function notReadyReasons(): Promise<string[]> {
    const reasons = [
      draining ? 'shutting down' : undefined,
      await secretKey.obstacle(),
      await keysObstacle(),
    ];
    return [...new Set(reasons.filter((reason) => reason !== undefined))];
  }

  const { secretMatcher, scheduleBatch } = runtime;
  const { useGraphiQL } = parts;
  const documents = createDocumentCache();
  const yoga = createYoga<Record<string, unknown>, GatewayContext>({
    schema,
    graphqlEndpoint,
    // Yoga matches its own health check by suffix, on any path: useHealth takes its place.
    healthCheckEndpoint: '\0',
    logging: yogaLogging(log),
    maskedErrors: { maskError, isDev: false },
    cors: allowOrigins(corsOrigins),
    maxRequestBodySize: false,
    multipart: false,
    batching: false,
    parserAndValidationCache: documents.option,
    graphiql: false,
    landingPage: false,
    context: createContextFactory({ authenticate, mintToken, streams, onRefused, scheduleBatch, log, now }),
    plugins: [
      useErrorCodes(mode),
      useRequestLog({ log, graphqlEndpoint }),
      useResponseHeaders(),
      useHealth({ notReadyReasons, redisStatus: minting.redisStatus }),
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
      useDocumentLimits({ mode, introspection }),
      useValidationCostLimit(),
      ...(mode === 'production' && routerSecret ? [useRouterSecret({ routerSecret, secretMatcher })] : []),
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
function requireRedis({ redisUrl }: GatewayOptions, { shareThroughRedis }: Partial<NodeParts>): void {
  if (redisUrl === undefined || shareThroughRedis) return;
  throw new TypeError(
    "createGateway: redisUrl: Redis is out of reach of 'mintgate/edge': leave it out, or use createGateway of 'mintgate' in Node.js",
  );
}

/** The two ways to Clerk, who is calling and minting, and what is known of their state. */
function connectClerk(options: GatewayOptions, runtime: Runtime, log: GatewayLogger, now: () => number) {
  const { publishableKey, jwtKey, apiUrl = defaultApiUrl, deadline = defaultDeadline } = options;
  const clerk = createClient({ secretKey: options.secretKey, publishableKey, apiUrl });
  const { authorizedParties = 'any', maxSessionTokenLifetime = defaultMaxSessionTokenLifetime } = options;
  const remote = remoteKeys({
    url: keySetUrl(apiUrl),
    secretKey: options.secretKey,
    deadline,
    onKeyVerdict: (verdict) => secretKey.report(verdict),
    log,
    now,
  });
  const secretKey = secretKeyHealth({ ask: remote.refresh, now });
  const keys = jwtKey ? fixedKey(jwtKey) : remote;
  const authenticate: Authenticate = options.authenticate
    ? hostAuthenticate(options.authenticate, { maxSessionTokenLifetime, deadline, log, now })
    : cacheCallers(
        clerkAuthenticate({
          clerk,
          keys,
          authorizedParties: authorizedParties === 'any' ? undefined : authorizedParties,
          acceptMissingAzp: options.acceptMissingAzp ?? false,
          maxSessionTokenLifetime,
          readCompactJws: runtime.readCompactJws,
        }),
        { max: rememberedCallers, digest: runtime.digest, now },
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

interface MintingParts {
  sessions: Pick<ClerkClient['sessions'], 'getToken'>;
  onKeyVerdict: (verdict: 'accepted' | 'refused') => void;
  runtime: Runtime;
  shareThroughRedis: ShareThroughRedis | undefined;
  log: GatewayLogger;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** Minting, and taking back, with what instances share. */
interface Minting {
  engine: MintEngine;
  /** The subscriptions to tokens. */
  streams: TokenStreams;
  revocations: Revocations;
  /** Takes revocations back in every instance. @throws when Redis, where it is used, has not taken them */
  revoke: (revocations: readonly Revocation[]) => Promise<void>;
  /** What holds of Redis; undefined where none is used. */
  redisStatus: () => RedisStatus | undefined;
  close: () => void;
}

/** The longest life of a session token, in seconds, where the options say nothing. */
const defaultMaxSessionTokenLifetime = 600;
/** How long a held token may be handed out while Clerk fails, in seconds, where the options say nothing. */
const defaultMaxStaleAge = 300;
/** Mints per 10 s, where the options say nothing: 80 % of Clerk's limits for production and for development instances. */
const defaultMintBudget = { live: 800, test: 80 };

/** Puts mint engine, revocations and Redis together. */
function startMinting(options: GatewayOptions, parts: MintingParts): Minting {
  const { sessions, onKeyVerdict, runtime, log, now } = parts;
  const { secretKey, templates, maxStaleAge = defaultMaxStaleAge } = options;
  const { maxSessionTokenLifetime = defaultMaxSessionTokenLifetime } = options;
  const secret = options.cacheKey ?? secretKey;
  const keyedHash = runtime.createKeyedHash(secret);
  const maxAge = Math.max(longestCacheAge(templates), maxStaleAge);
  // As long as a session token that was issued before, or a token that was minted before, may be around.
  const keepFor = (Math.max(maxSessionTokenLifetime, maxAge) + 2 * clockSkewSeconds) * 1000;
  const revocations = createRevocations({
    nameOf: keyedHash.name,
    sign: keyedHash.sign,
    keepFor,
    now,
    monotonicNow,
  });

  const sharing =
    options.redisUrl === undefined
      ? undefined
      : parts.shareThroughRedis?.({
          url: options.redisUrl,
          instance: frontendApiHost(options.publishableKey) as string,
          onRevocation: revocations.learnText,
          onThrottled: (milliseconds) => engine.onThrottled(milliseconds),
          known: revocations.texts,
          ...{ secret, maxAge, keepFor, log, now },
        });
  const revoke = async (list: readonly Revocation[]) => {
    const texts = revocations.learn(list);
    await sharing?.signals.revoke(texts);
  };

  const engine = createMintEngine({
    sessions,
    policies: createPolicies(templates),
    revocations,
    revoke,
    shared: sharing?.minting,
    auditor: createAuditor({
      audit: options.audit ?? ((event) => log.info(event, `token ${event.outcome}`)),
      hmac: keyedHash.fingerprint,
      log,
    }),
    digest: runtime.digest,
    onKeyVerdict,
    log,
    now,
    random: Math.random,
    limits: {
      deadline: options.deadline ?? defaultDeadline,
      cacheSize: options.cacheSize ?? 50_000,
      maxStaleAge,
      fingerprintIgnore: options.fingerprintIgnore ?? [],
      mintBudget: options.mintBudget ?? defaultMintBudget[secretKey.startsWith('sk_live_') ? 'live' : 'test'],
      mintBudgetShare: options.mintBudgetShare ?? 0.25,
      userMintShare: options.userMintShare ?? 0.25,
      sessionMintLimit: options.sessionMintLimit ?? 120,
    },
  });
  const streams = createTokenStreams({
    ...{ engine, revocations, now, monotonicNow },
    limit: options.subscriptionLimit ?? 10_000,
    sessionLimit: options.sessionSubscriptionLimit ?? 20,
  });
  return {
    ...{ engine, streams, revocations, revoke },
    redisStatus: () => sharing?.status(),
    close: () => sharing?.close(),
  };
}
