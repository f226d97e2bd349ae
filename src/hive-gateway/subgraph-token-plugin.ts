import { type SubgraphToken, tokenHeader } from '../subgraphs/subgraph-token.ts';
import { monotonicNow } from '../time/monotonic-now.ts';
import { errorClassOf, type RouterSchema } from './error-class.ts';
import { fetchWithoutRedirect } from './fetch-without-redirect.ts';
import { keepHeaders } from './kept-headers.ts';
import { findToken, type Operation, type Operations, operationOf } from './operation-tokens.ts';
import type { TokenFailure, TokenOutcome } from './request-token.ts';
import {
  type CallerSecrets,
  type ReservedHeader,
  type SubgraphHeaders,
  withCallerCredentials,
  withoutCallerSecrets,
  withoutForwardedCredentials,
} from './subgraph-headers.ts';
import type { ParsedOptions } from './subgraph-token-options.ts';
import { untilExpiry } from './until-expiry.ts';

// The types of Hive Gateway's hooks, as far as the plugin uses them: so Mintgate does not depend on its packages.

/** A request of the router to a subgraph. */
export interface SubgraphRequest {
  /** The context of the router's operation. */
  context?: unknown;
  // biome-ignore lint/suspicious/noExplicitAny: as Hive declares it
  extensions?: Record<string, any> | undefined;
  /** Passed on to `fetch`. */
  // biome-ignore lint/suspicious/noExplicitAny: as Hive declares it
  info?: any;
}

/** Sends a request to a subgraph. @returns the result, or a promise of it; a stream for a subscription */
// biome-ignore lint/suspicious/noExplicitAny: results are passed on as they are
export type SubgraphExecutor = (request: any) => any;

/** The argument of the hook `onSubgraphExecute`. */
export interface SubgraphExecution {
  subgraphName: string;
  /** The schema of the subgraph. */
  subgraph?: RouterSchema | undefined;
  executor: SubgraphExecutor;
  setExecutor(executor: SubgraphExecutor): void;
}

// biome-ignore lint/suspicious/noExplicitAny: the router's fetch has more parameters than that of the platform
type RouterFetch = (url: string, options?: any, ...more: any[]) => any;

/** The argument of the hook `onFetch`. */
export interface FetchExecution {
  executionRequest?: SubgraphRequest | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: as Hive declares it
  options: any;
  // biome-ignore lint/suspicious/noExplicitAny: as Hive declares it
  setOptions(options: any): void;
  fetchFn: RouterFetch;
  setFetchFn(fetchFn: RouterFetch): void;
}

/** A plugin of Hive Gateway. */
export interface SubgraphTokenPlugin {
  onSubgraphExecute(execution: SubgraphExecution): void;
  onFetch(execution: FetchExecution): void;
}

/** The state of a plugin. */
export interface PluginState {
  readonly options: ParsedOptions;
  readonly operations: Operations;
  /** How the requests to subgraphs are sent when their headers are final. */
  readonly guards: WeakMap<object, FetchGuard>;
}

/** How a request to a subgraph is sent. */
interface FetchGuard {
  /** The credentials that its headers may not contain. @default undefined (Mintgate's own subgraph receives everything) */
  readonly secrets?: CallerSecrets;
  /** The header of its token. @default undefined (the subgraph is not mapped) */
  reserved?: ReservedHeader | undefined;
  readonly schema?: RouterSchema | undefined;
}

/**
 * Sends the requests to a subgraph with its token, and without the credentials of the caller. The executor is replaced, because it runs after the
 * hooks of all plugins, when the headers are known that the router forwards.
 */
export function guardSubgraph(state: PluginState, execution: SubgraphExecution): void {
  const { subgraphName, subgraph: schema, executor, setExecutor } = execution;
  const { subgraphs, mintgateSubgraph } = state.options;
  if (subgraphName === mintgateSubgraph) {
    setExecutor((request: SubgraphRequest) => {
      const credentials = credentialHeaders(operationOf(state.operations, request.context));
      guardFetch(state, request, { schema });
      keepHeaders(request, withCallerCredentials(request.extensions?.headers, credentials));
      return executor(request);
    });
    return;
  }
  const subgraph = subgraphs.get(subgraphName);
  setExecutor((request: SubgraphRequest) => {
    const operation = operationOf(state.operations, request.context);
    const reserved = subgraph && ([tokenHeader(subgraph, '')[0], undefined] as const);
    const guard: FetchGuard = { secrets: operation.secrets, reserved, schema };
    guardFetch(state, request, guard);
    if (subgraph && operation.credentials.kind !== 'none')
      return sendWithToken(state, { subgraph, operation, guard, request, executor, schema });
    keepHeaders(request, forwardedHeaders(request, subgraph));
    return executor(request);
  });
}

/**
 * Removes credentials from the final headers of a request to a subgraph, also those of the router's configuration. A request with credentials or a
 * token follows no redirect.
 */
export function guardHeaders({ guards }: PluginState, execution: FetchExecution): void {
  const { executionRequest, fetchFn, setFetchFn, options, setOptions } = execution;
  const guard = executionRequest && guards.get(executionRequest);
  if (guard === undefined) return;
  // A later plugin may replace the function.
  setOptions(guardedOptions(guard, options));
  // Or add headers.
  setFetchFn((url, finalOptions, ...more) => {
    const guarded = guardedOptions(guard, finalOptions);
    if (!carriesSecrets(guard)) return fetchFn(url, guarded, ...more);
    return fetchWithoutRedirect(
      (redirect) => fetchFn(url, { ...guarded, redirect }, ...more),
      (message) => routerError(guard.schema, message, { code: 'SUBREQUEST_HTTP_ERROR' }),
    );
  });
}

function guardedOptions(guard: FetchGuard, options: { readonly headers?: unknown } = {}) {
  const { secrets, reserved } = guard;
  return {
    ...options,
    ...(secrets && { headers: withoutCallerSecrets(plainHeaders(options.headers), secrets, reserved) }),
    ...(carriesSecrets(guard) && { redirect: 'manual' }),
  };
}

/** Returns whether a request goes to Mintgate's own subgraph, or has a token. */
function carriesSecrets({ secrets, reserved }: FetchGuard): boolean {
  return secrets === undefined || reserved?.[1] !== undefined;
}

/** A request of a signed-in caller to a subgraph that has a token. */
interface TokenUse {
  readonly subgraph: SubgraphToken;
  readonly operation: Operation;
  readonly guard: FetchGuard;
  readonly request: SubgraphRequest;
  readonly executor: SubgraphExecutor;
  readonly schema: RouterSchema | undefined;
}

async function sendWithToken({ options }: PluginState, use: TokenUse): Promise<unknown> {
  const { subgraph, operation, guard, request, executor, schema } = use;
  const outcome = await findToken(operation, subgraph.template, options.send);
  if (outcome.kind === 'failure' && subgraph.onFailure !== 'anonymous') return failedResult(outcome, schema);
  const headers = forwardedHeaders(request, subgraph);
  if (outcome.kind === 'token') {
    const [name, value] = tokenHeader(subgraph, outcome.jwt);
    guard.reserved = [name, value];
    headers[name] = value;
  }
  keepHeaders(request, headers);
  return endWithToken(await executor(request), outcome);
}

/** Ends a subscription when its token expires. */
function endWithToken(result: unknown, outcome: TokenOutcome): unknown {
  if (outcome.kind === 'failure' || !isAsyncIterable(result)) return result;
  return untilExpiry(result, outcome.expiresAt - monotonicNow());
}

/** Returns a result for a subgraph that was not asked. Not a shared error: the router adds the name of the subgraph to it. */
function failedResult({ code, message, retryAfter }: TokenFailure, schema: RouterSchema | undefined) {
  const extensions = { code, ...(retryAfter === undefined ? {} : { retryAfter }) };
  return { data: null, errors: [routerError(schema, message, extensions)] };
}

/** Creates an error that the router does not mask. */
function routerError(schema: RouterSchema | undefined, message: string, extensions: { code: string }) {
  const GraphQLError = errorClassOf(schema);
  return new GraphQLError(message, { extensions });
}

/** Returns the credentials of a caller for Mintgate, which refuses unusable ones itself. */
function credentialHeaders({ credentials, secrets }: Operation): SubgraphHeaders {
  if (credentials.kind === 'headers') return credentials.headers;
  const [authorization] = secrets.authorizations;
  return authorization === undefined ? {} : { authorization };
}

function forwardedHeaders({ extensions }: SubgraphRequest, subgraph: SubgraphToken | undefined) {
  return withoutForwardedCredentials(extensions?.headers, subgraph && tokenHeader(subgraph, '')[0]);
}

/** Lets `onFetch` find the guard of a request. It has an `info` of its own, because the router sets `info.executionRequest` on shared ones. */
function guardFetch({ guards }: PluginState, request: SubgraphRequest, guard: FetchGuard): void {
  guards.set(request, guard);
  request.info = { ...request.info, executionRequest: request };
}

// biome-ignore lint/suspicious/noExplicitAny: a plain object, entries, or the headers of any implementation of fetch
function plainHeaders(headers: any): Record<string, string> {
  if (headers == null) return {};
  return typeof headers[Symbol.iterator] === 'function' ? Object.fromEntries(headers) : headers;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
