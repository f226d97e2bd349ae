import { type SubgraphToken, tokenHeader } from '../subgraphs/subgraph-token.ts';
import { monotonicNow } from '../time/monotonic-now.ts';
import { errorClassOf, type RouterSchema } from './error-class.ts';
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
  /** What is left out of the headers of a request when they are final. */
  readonly guards: WeakMap<object, HeaderGuard>;
}

interface HeaderGuard {
  readonly secrets: CallerSecrets;
  /** Undefined for a subgraph that is not mapped. */
  reserved: ReservedHeader | undefined;
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
      keepHeaders(request, withCallerCredentials(request.extensions?.headers, credentials));
      return executor(request);
    });
    return;
  }
  const subgraph = subgraphs.get(subgraphName);
  setExecutor((request: SubgraphRequest) => {
    const operation = operationOf(state.operations, request.context);
    const reserved = subgraph && ([tokenHeader(subgraph, '')[0], undefined] as const);
    const guard: HeaderGuard = { secrets: operation.secrets, reserved };
    guardFetch(state, request, guard);
    if (subgraph && operation.credentials.kind !== 'none')
      return sendWithToken(state, { subgraph, operation, guard, request, executor, schema });
    keepHeaders(request, forwardedHeaders(request, subgraph));
    return executor(request);
  });
}

/** Removes credentials from the final headers of a request to a subgraph, also those of the router's configuration. */
export function guardHeaders({ guards }: PluginState, execution: FetchExecution): void {
  const { executionRequest, fetchFn, setFetchFn } = execution;
  const guard = executionRequest && guards.get(executionRequest);
  if (guard === undefined) return;
  setFetchFn((url, options = {}, ...more) => {
    const headers = withoutCallerSecrets(plainHeaders(options.headers), guard.secrets, guard.reserved);
    return fetchFn(url, { ...options, headers }, ...more);
  });
}

/** A request of a signed-in caller to a subgraph that has a token. */
interface TokenUse {
  readonly subgraph: SubgraphToken;
  readonly operation: Operation;
  readonly guard: HeaderGuard;
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
  const GraphQLError = errorClassOf(schema);
  const extensions = { code, ...(retryAfter === undefined ? {} : { retryAfter }) };
  return { data: null, errors: [new GraphQLError(message, { extensions })] };
}

/** Returns the credentials of a caller for Mintgate, which refuses unusable ones itself. */
function credentialHeaders({ credentials, secrets: { authorization } }: Operation): SubgraphHeaders {
  if (credentials.kind === 'headers') return credentials.headers;
  return authorization === null ? {} : { authorization };
}

function forwardedHeaders({ extensions }: SubgraphRequest, subgraph: SubgraphToken | undefined) {
  return withoutForwardedCredentials(extensions?.headers, subgraph && tokenHeader(subgraph, '')[0]);
}

/** Lets `onFetch` find the guard of a request. It has an `info` of its own, because the router sets `info.executionRequest` on shared ones. */
function guardFetch({ guards }: PluginState, request: SubgraphRequest, guard: HeaderGuard): void {
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
