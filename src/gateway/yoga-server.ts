import { createYoga, type Plugin } from 'graphql-yoga';
import { reportAuthentication } from '../auth/report-authentication.ts';
import type { Settings } from '../config/parse-options.ts';
import { schemaOf } from '../graphql/schema.ts';
import { allowOrigins } from '../http/cors.ts';
import { createDocumentCache, type DocumentCache } from '../http/documents/document-cache.ts';
import type { FastPath } from '../http/fast-path.ts';
import type { GraphiQLOptions } from '../http/graphiql/use-graphiql.ts';
import { maskError } from '../http/mask-error.ts';
import {
  createContextFactory,
  type OperationContext,
  type OperationContextOptions,
} from '../http/operation-context.ts';
import { useAcceptableTypes } from '../http/plugins/use-acceptable-types.ts';
import { useApolloCoprocessor } from '../http/plugins/use-apollo-coprocessor.ts';
import { useClerkWebhooks } from '../http/plugins/use-clerk-webhooks.ts';
import { useCsrfProtection } from '../http/plugins/use-csrf-protection.ts';
import { useDocumentLimits } from '../http/plugins/use-document-limits.ts';
import { useErrorCodes } from '../http/plugins/use-error-codes.ts';
import { useEventStreams } from '../http/plugins/use-event-streams.ts';
import { useFastPathLearning } from '../http/plugins/use-fast-path-learning.ts';
import { useHealth } from '../http/plugins/use-health.ts';
import { useJsonPost } from '../http/plugins/use-json-post.ts';
import { useNotFound } from '../http/plugins/use-not-found.ts';
import { useOperationChoice } from '../http/plugins/use-operation-choice.ts';
import { usePresentDocuments } from '../http/plugins/use-present-documents.ts';
import { useRepresentationLimit } from '../http/plugins/use-representation-limit.ts';
import { useRequestLog } from '../http/plugins/use-request-log.ts';
import { useRequestTelemetry } from '../http/plugins/use-request-telemetry.ts';
import { useRequireSession } from '../http/plugins/use-require-session.ts';
import { useResponseHeaders } from '../http/plugins/use-response-headers.ts';
import { useResultLimit } from '../http/plugins/use-result-limit.ts';
import { useRouterSecret } from '../http/plugins/use-router-secret.ts';
import { useTokenExchange } from '../http/plugins/use-token-exchange.ts';
import { useValidationCostLimit } from '../http/plugins/use-validation-cost-limit.ts';
import type { Readiness } from '../http/readiness.ts';
import type { RequestCounts } from '../http/request-counts.ts';
import { yogaLogging } from '../http/yoga-logging.ts';
import { rejectRevoked } from '../revocation/reject-revoked.ts';
import type { Revocation } from '../revocation/revocations.ts';
import type { Base } from './base.ts';
import type { Minting } from './minting.ts';

/** The Yoga server of a gateway. */
export type YogaServer = ReturnType<typeof createServer>;

/** The parts of a gateway that its servers use one after the other. */
export interface LastingParts extends Base {
  readonly minting: Minting;
  readonly readiness: Readiness;
  readonly counts: RequestCounts;
  /** Undefined where the runtime has no GraphiQL. */
  readonly useGraphiQL: ((options: GraphiQLOptions) => Plugin) | undefined;
}

interface ServerParts extends LastingParts {
  readonly settings: Settings;
  readonly fastPath: FastPath | undefined;
}

/** Creates the Yoga server for one set of settings. */
export function createServer(parts: ServerParts) {
  const { settings, log } = parts;
  const documents = createDocumentCache();
  return createYoga<Record<string, unknown>, OperationContext>({
    schema: schemaOf(settings),
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
    context: createContextFactory(operationOptions(parts)),
    plugins: yogaPlugins(parts, documents),
  });
}

/** Returns the options of every operation, for the doors of the gateway. */
function operationOptions({
  runtime,
  log,
  reporter,
  now,
  present,
  minting,
}: ServerParts): OperationContextOptions {
  return {
    // By the present rules, also for a request whose body arrived while the settings were reloaded.
    authenticate: reportAuthentication(
      rejectRevoked(
        (request, hostContext) => present().authentication.authenticate(request, hostContext),
        minting.revocations,
      ),
      reporter,
    ),
    mintToken: minting.engine.mintToken,
    listTokenTemplates: minting.listTokenTemplates,
    onRefused: minting.engine.onRefused,
    streams: minting.streams,
    scheduleBatch: runtime.scheduleBatch,
    ...{ log, now },
  };
}

function exchangeContext(parts: ServerParts) {
  return createContextFactory({ ...operationOptions(parts), door: 'exchange' });
}

/** Returns the plugins in the order in which they see a request. */
function yogaPlugins(parts: ServerParts, documents: DocumentCache) {
  const { settings, log, reporter, now, present, minting, readiness, counts, fastPath, useGraphiQL } = parts;
  const { mode, graphqlEndpoint, corsOrigins, persistedDocuments } = settings;
  const { webhookSigningSecret, routerSecret, tokenExchange } = settings;
  const introspection = mode === 'development' || routerSecret !== undefined;
  // Read where they are needed: a reload may change them while the body of a request arrives.
  const signingSecrets = () => present().settings.webhookSigningSecret ?? [];
  const isRouterSecret = (candidate: string) => present().isRouterSecret(candidate);
  const audiences = () => present().settings.tokenExchange;
  const revokeByWebhook = (list: readonly Revocation[]) => minting.revoke(list, 'webhook');
  const redisStatus = () => minting.sharing?.status();
  return [
    useErrorCodes(mode),
    useRequestLog({ log, graphqlEndpoint, counts }),
    useRequestTelemetry({ reporter, graphqlEndpoint, namesOperations: persistedDocuments !== undefined }),
    useResponseHeaders(),
    useHealth({ notReadyReasons: readiness.notReadyReasons, warnings: readiness.warnings, redisStatus, log }),
    ...(mode === 'development' && useGraphiQL ? [useGraphiQL({ graphqlEndpoint })] : []),
    ...(tokenExchange ? [useTokenExchange({ audiences, createContext: exchangeContext(parts), log })] : []),
    ...(webhookSigningSecret
      ? [useClerkWebhooks({ signingSecrets, revoke: revokeByWebhook, log, now })]
      : []),
    ...(settings.coprocessorSecret ? [useApolloCoprocessor(coprocessorOptions(parts))] : []),
    useNotFound({ graphqlEndpoint }),
    usePresentDocuments(() => present().settings.persistedDocuments),
    useJsonPost({ maxBodyBytes: settings.maxBodyBytes, log }),
    useAcceptableTypes(),
    useCsrfProtection({ corsOrigins, hostAuthenticates: settings.authenticate !== undefined }),
    documents.plugin,
    useOperationChoice(),
    useDocumentLimits({ mode, introspection }),
    useValidationCostLimit(),
    ...(mode === 'production' && routerSecret ? [useRouterSecret({ isRouterSecret })] : []),
    useRepresentationLimit(),
    useResultLimit(),
    useEventStreams(),
    ...(settings.requireSession ? [useRequireSession()] : []),
    ...(fastPath ? [useFastPathLearning(fastPath)] : []),
  ];
}

function coprocessorOptions(parts: ServerParts) {
  const { settings, log, present } = parts;
  const { graphqlEndpoint, maxBodyBytes } = settings;
  return {
    isSecret: (candidate: string) => present().isCoprocessorSecret(candidate),
    present: () => present().settings,
    createContext: createContextFactory({ ...operationOptions(parts), door: 'coprocessor' }),
    ...{ graphqlEndpoint, maxBodyBytes, log },
  };
}
