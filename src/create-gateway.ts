import { createYoga, type Plugin } from 'graphql-yoga';
import { createCredentialsAuthenticate } from './auth/authenticate.ts';
import { cacheCallers, createCallerCache, createFindCaller } from './auth/caller-cache.ts';
import { createHostAuthenticate } from './auth/host-authenticate.ts';
import { reportAuthentication } from './auth/report-authentication.ts';
import { clockSkewSeconds } from './auth/session-claims.ts';
import { verifyBearerNow } from './auth/verify-bearer.ts';
import { createClient, keySetUrl } from './clerk/client.ts';
import { createFixedKey, createRemoteKeys } from './clerk/jwks.ts';
import { createSecretKeyHealth } from './clerk/secret-key-health.ts';
import type { GatewayOptions } from './config/options.ts';
import { parseOptions, type Settings } from './config/parse-options.ts';
import { requireRedis, warnOfEveryTemplate } from './config/settings-checks.ts';
import { schema } from './graphql/schema.ts';
import { allowOrigins } from './http/cors.ts';
import { createDocumentCache, type DocumentCache } from './http/documents/document-cache.ts';
import { fetchFast, toResponse } from './http/fast-path/fast-fetch.ts';
import { createFastPath, type FastPath } from './http/fast-path.ts';
import type { FetchGateway } from './http/fetch-gateway.ts';
import type { GraphiQLOptions } from './http/graphiql/use-graphiql.ts';
import { maskError } from './http/mask-error.ts';
import { createContextFactory, type OperationContext } from './http/operation-context.ts';
import { useAcceptableTypes } from './http/plugins/use-acceptable-types.ts';
import { useClerkWebhooks } from './http/plugins/use-clerk-webhooks.ts';
import { useCsrfProtection } from './http/plugins/use-csrf-protection.ts';
import { useDocumentLimits } from './http/plugins/use-document-limits.ts';
import { useErrorCodes } from './http/plugins/use-error-codes.ts';
import { useEventStreams } from './http/plugins/use-event-streams.ts';
import { useFastPathLearning } from './http/plugins/use-fast-path-learning.ts';
import { useHealth } from './http/plugins/use-health.ts';
import { useJsonPost } from './http/plugins/use-json-post.ts';
import { useNoPersistedQueries } from './http/plugins/use-no-persisted-queries.ts';
import { useNotFound } from './http/plugins/use-not-found.ts';
import { useOperationChoice } from './http/plugins/use-operation-choice.ts';
import { usePersistedDocuments } from './http/plugins/use-persisted-documents.ts';
import { useRepresentationLimit } from './http/plugins/use-representation-limit.ts';
import { useRequestLog } from './http/plugins/use-request-log.ts';
import { useRequestTelemetry } from './http/plugins/use-request-telemetry.ts';
import { useRequireSession } from './http/plugins/use-require-session.ts';
import { useResponseHeaders } from './http/plugins/use-response-headers.ts';
import { useResultLimit } from './http/plugins/use-result-limit.ts';
import { useRouterSecret } from './http/plugins/use-router-secret.ts';
import { useValidationCostLimit } from './http/plugins/use-validation-cost-limit.ts';
import { createReadiness, createReadinessReading, type Readiness } from './http/readiness.ts';
import type { RequestCounts } from './http/request-counts.ts';
import { traceRequest } from './http/request-trace.ts';
import { yogaLogging } from './http/yoga-logging.ts';
import type { GatewayLogger } from './logging/logger.ts';
import { safeLogger } from './logging/safe-logger.ts';
import { withTraceIds } from './logging/with-trace-ids.ts';
import { createAuditor } from './mint/audit.ts';
import { createMintEngine, type MintEngine, type MintLimits } from './mint/mint-engine.ts';
import { createPolicies, longestCacheAge } from './mint/policy.ts';
import type { ShareThroughRedis } from './redis/share-through-redis.ts';
import { rejectRevoked } from './revocation/reject-revoked.ts';
import { createRevocations, type Revocation } from './revocation/revocations.ts';
import type { Runtime } from './runtime/runtime.ts';
import { waitUntilOf } from './runtime/wait-until.ts';
import { createTokenStreams } from './subscription/token-streams.ts';
import { createReporter, type Reporter } from './telemetry/reporter.ts';
import { monotonicNow } from './time/monotonic-now.ts';

/** Maximum number of cached callers. */
const maxCachedCallers = 20_000;

/** The parts of a gateway that only Node.js has. */
interface NodeParts {
  /** Shares tokens, limits and revocations with other instances. */
  shareThroughRedis: ShareThroughRedis;
  /** Serves GraphiQL, a page with 9 MB of script. */
  useGraphiQL: (options: GraphiQLOptions) => Plugin;
}

/**
 * Composes a gateway from its parts. This is the only place that knows all of them.
 *
 * @param runtime - the parts that differ between JavaScript runtimes
 * @param parts - the parts that only Node.js has. @default none
 * @returns the gateway, its Yoga server for a listener of node:http, and its logger
 * @throws TypeError that names every wrong option and what was expected
 */
export function composeGateway(options: GatewayOptions, runtime: Runtime, parts: Partial<NodeParts> = {}) {
  const settings = parseOptions(options);
  requireRedis(settings, parts.shareThroughRedis !== undefined);
  const reporter = startReporting(settings, runtime);
  const log = startLog(settings, runtime, reporter);
  warnOfEveryTemplate(settings, log);
  const base = { settings, runtime, log, reporter };
  const clerk = connectClerk(base);
  const minting = startMinting(base, clerk, parts.shareThroughRedis);
  const readiness = createReadiness(clerk.readinessChecks);
  const counts: RequestCounts = { fastPath: 0, yoga: 0 };
  const fastPath = startFastPath(base, clerk, minting, counts);
  const { useGraphiQL } = parts;
  const yoga = createServer({ ...base, clerk, minting, readiness, counts, fastPath, useGraphiQL });

  function drain(): void {
    readiness.drain();
    minting.streams.drain();
  }

  const isReady = createReadinessReading(readiness);
  const endObservation = reporter.observe(() => ({
    ...reporter.counts,
    ...minting.engine.readings(),
    requests: { fast: counts.fastPath, yoga: counts.yoga },
    subscriptions: minting.streams.size,
    isSecretKeyAccepted: clerk.keyHealth.isAccepted(),
    isReady: isReady(),
    isRedisConnected: minting.sharing && minting.sharing.status() === 'connected',
  }));

  const gateway: FetchGateway = {
    async fetch(request, hostContext = {}) {
      const waitUntil = waitUntilOf(hostContext);
      const fastAnswer = fastPath && (await fetchFast({ ...settings, fastPath }, request, waitUntil));
      if (fastAnswer) return toResponse(fastAnswer, yoga.fetchAPI.Response);
      const traced = { reporter, graphqlEndpoint: settings.graphqlEndpoint };
      const answer = Promise.resolve(
        traceRequest(traced, request, () => yoga.fetch(request, { hostContext })),
      );
      // Other requests may wait for work of this one after its client has disconnected.
      waitUntil?.(answer);
      return answer;
    },
    stats: () => ({
      subscriptions: minting.streams.size,
      requests: { ...counts },
      ...minting.engine.stats(),
    }),
    drain,
    dispose: async () => {
      drain();
      endObservation();
      await yoga.dispose();
      minting.sharing?.close();
    },
  };
  return { gateway, yoga, fastPath, settings, log, reporter };
}

/** The gateways of this process so far, which are numbered in messages and metrics. */
let gateways = 0;

function startReporting({ telemetry, apiUrl }: Settings, { channels }: Runtime): Reporter {
  gateways += 1;
  return createReporter({ gateway: `gateway-${gateways}`, telemetry, channels, apiUrl });
}

function startLog({ logger }: Settings, runtime: Runtime, reporter: Reporter): GatewayLogger {
  const log = safeLogger(logger ?? runtime.createLogger());
  return reporter.isTracing ? withTraceIds(log, reporter.activeIds) : log;
}

/** The parts that every other part is built on. */
interface Base {
  settings: Settings;
  runtime: Runtime;
  log: GatewayLogger;
  reporter: Reporter;
}

/** Connects to Clerk: verification of callers, calls for tokens, and the health of both. */
function connectClerk({ settings, runtime, log, reporter }: Base) {
  const { secretKey, publishableKey, jwtKey, apiUrl, deadline, now } = settings;
  const clerk = createClient({ secretKey, publishableKey, apiUrl });
  const remote = createRemoteKeys({
    url: keySetUrl(apiUrl),
    ...{ secretKey, deadline, log, reporter, now, fetch: globalThis.fetch },
    onKeyVerdict: (verdict) => keyHealth.report(verdict),
  });
  const keyHealth = createSecretKeyHealth({ probe: remote.refresh, now });
  const keys = jwtKey ? createFixedKey(jwtKey) : remote;
  const { authenticate, authorizedParties, acceptMissingAzp, maxSessionTokenLifetime } = settings;
  if (authenticate) {
    return {
      findCaller: undefined,
      authenticate: createHostAuthenticate(authenticate, { maxSessionTokenLifetime, deadline, log, now }),
      readinessChecks: [keyHealth.notReadyReason],
      ...{ keyHealth, sessions: clerk.sessions },
    };
  }
  const rules = {
    ...{ clerk, keys, acceptMissingAzp, maxSessionTokenLifetime, readCompactJws: runtime.readCompactJws },
    authorizedParties: authorizedParties === 'any' ? undefined : authorizedParties,
  };
  const callers = createCallerCache({ max: maxCachedCallers, digest: runtime.digest, now });
  return {
    authenticate: cacheCallers(createCredentialsAuthenticate(rules), callers),
    findCaller: createFindCaller((token) => verifyBearerNow(token, rules), callers),
    readinessChecks: [keyHealth.notReadyReason, keys.notReadyReason],
    ...{ keyHealth, sessions: clerk.sessions },
  };
}

type ClerkConnection = ReturnType<typeof connectClerk>;

/** Creates the mint engine, the revocations, the token streams and the sharing through Redis. */
function startMinting(
  base: Base,
  { sessions, keyHealth }: ClerkConnection,
  shareThroughRedis: ShareThroughRedis | undefined,
) {
  const { settings, runtime, log, reporter } = base;
  const { templates, cacheKey, redisUrl, maxStaleAge, maxSessionTokenLifetime, now } = settings;
  const keyedHash = runtime.createKeyedHash(cacheKey);
  const maxAge = Math.max(longestCacheAge(templates), maxStaleAge);
  // A token from before a revocation is not used for longer than this.
  const keepFor = (Math.max(maxSessionTokenLifetime, maxAge) + 2 * clockSkewSeconds) * 1000;
  const revocations = createRevocations({
    nameOf: keyedHash.name,
    ...{ sign: keyedHash.sign, keepFor, now, monotonicNow, onLearned: reporter.revocation },
  });
  const sharing =
    redisUrl && shareThroughRedis
      ? shareThroughRedis({
          ...{
            url: redisUrl,
            instance: settings.frontendApi,
            secret: cacheKey,
            maxAge,
            keepFor,
            log,
            reporter,
            now,
          },
          onRevocation: revocations.learnText,
          onThrottled: (milliseconds) => engine.onThrottled(milliseconds),
          knownTexts: revocations.texts,
        })
      : undefined;
  /** Revokes in every instance. @throws when Redis is configured and has not stored the revocations */
  const revoke = async (list: readonly Revocation[], source: 'webhook' | 'clerk') => {
    const texts = revocations.learn(list, source);
    await sharing?.signals.revoke(texts);
  };
  const { audit = (event) => log.info(event, `token ${event.outcome}`) } = settings;
  const engine: MintEngine = createMintEngine({
    ...{ sessions, revocations, reporter, shared: sharing?.minting, onKeyVerdict: keyHealth.report },
    revoke: (list) => revoke(list, 'clerk'),
    policies: createPolicies(templates),
    auditor: createAuditor({ audit, hmac: keyedHash.fingerprint, log }),
    digest: runtime.digest,
    ...{ log, now, random: Math.random, limits: mintLimitsOf(settings) },
  });
  const streams = createTokenStreams({
    ...{ engine, revocations, now, monotonicNow },
    limit: settings.subscriptionLimit,
    sessionLimit: settings.sessionSubscriptionLimit,
  });
  return { engine, streams, revocations, revoke, sharing };
}

type Minting = ReturnType<typeof startMinting>;

/** Creates the fast path. @returns `undefined` where it is turned off, or the host authenticates */
function startFastPath(
  { settings, log, reporter }: Base,
  { findCaller }: ClerkConnection,
  { engine, revocations }: Minting,
  counts: RequestCounts,
): FastPath | undefined {
  if (!settings.fastPath || !findCaller) return undefined;
  return createFastPath({
    ...{ findCaller, isRevoked: revocations.rejects, findDeliverable: engine.findDeliverable },
    ...{ counts, log, reporter, graphqlEndpoint: settings.graphqlEndpoint, now: settings.now },
    namesOperations: settings.persistedDocuments !== undefined,
  });
}

interface ServerParts extends Base {
  clerk: ClerkConnection;
  minting: Minting;
  readiness: Readiness;
  counts: RequestCounts;
  fastPath: FastPath | undefined;
  useGraphiQL: NodeParts['useGraphiQL'] | undefined;
}

function createServer(parts: ServerParts) {
  const { settings, runtime, log, clerk, minting } = parts;
  const documents = createDocumentCache();
  return createYoga<Record<string, unknown>, OperationContext>({
    schema,
    graphqlEndpoint: settings.graphqlEndpoint,
    // Yoga matches its own health check by suffix, on any path: useHealth replaces it.
    healthCheckEndpoint: '\0',
    logging: yogaLogging(log),
    maskedErrors: { maskError, isDev: false },
    cors: allowOrigins(settings.corsOrigins),
    maxRequestBodySize: false,
    multipart: false,
    batching: false,
    parserAndValidationCache: documents.option,
    graphiql: false,
    landingPage: false,
    context: createContextFactory({
      authenticate: reportAuthentication(
        rejectRevoked(clerk.authenticate, minting.revocations),
        parts.reporter,
      ),
      mintToken: minting.engine.mintToken,
      onRefused: minting.engine.onRefused,
      streams: minting.streams,
      scheduleBatch: runtime.scheduleBatch,
      ...{ log, now: settings.now },
    }),
    plugins: yogaPlugins(parts, documents),
  });
}

/** Returns the plugins in the order in which they see a request. */
function yogaPlugins(parts: ServerParts, documents: DocumentCache) {
  const { settings, runtime, log, reporter, minting, readiness, counts, fastPath, useGraphiQL } = parts;
  const { mode, graphqlEndpoint, corsOrigins, persistedDocuments, now } = settings;
  const { webhookSigningSecret: signingSecret, routerSecret } = settings;
  const { secretMatcher } = runtime;
  const introspection = mode === 'development' || routerSecret !== undefined;
  const revokeByWebhook = (list: readonly Revocation[]) => minting.revoke(list, 'webhook');
  const redisStatus = () => minting.sharing?.status();
  return [
    useErrorCodes(mode),
    useRequestLog({ log, graphqlEndpoint, counts }),
    useRequestTelemetry({ reporter, graphqlEndpoint, namesOperations: persistedDocuments !== undefined }),
    useResponseHeaders(),
    useHealth({ notReadyReasons: readiness.notReadyReasons, redisStatus }),
    ...(mode === 'development' && useGraphiQL ? [useGraphiQL({ graphqlEndpoint })] : []),
    ...(signingSecret ? [useClerkWebhooks({ signingSecret, revoke: revokeByWebhook, log, now })] : []),
    useNotFound({ graphqlEndpoint }),
    ...(persistedDocuments ? [] : [useNoPersistedQueries()]),
    useJsonPost({ maxBodyBytes: settings.maxBodyBytes, log }),
    useAcceptableTypes(),
    useCsrfProtection({ corsOrigins, hostAuthenticates: settings.authenticate !== undefined }),
    ...(persistedDocuments ? [usePersistedDocuments(persistedDocuments)] : []),
    documents.plugin,
    useOperationChoice(),
    useDocumentLimits({ mode, introspection }),
    useValidationCostLimit(),
    ...(mode === 'production' && routerSecret ? [useRouterSecret({ routerSecret, secretMatcher })] : []),
    useRepresentationLimit(),
    useResultLimit(),
    useEventStreams(),
    ...(settings.requireSession ? [useRequireSession()] : []),
    ...(fastPath ? [useFastPathLearning(fastPath)] : []),
  ];
}

/** Returns the settings that the mint engine needs, without secrets. */
function mintLimitsOf(settings: Settings): MintLimits {
  const { deadline, cacheSize, maxStaleAge, fingerprintIgnore } = settings;
  const { mintBudget, mintBudgetShare, userMintShare, sessionMintLimit } = settings;
  return {
    ...{ deadline, cacheSize, maxStaleAge, fingerprintIgnore },
    ...{ mintBudget, mintBudgetShare, userMintShare, sessionMintLimit },
  };
}
