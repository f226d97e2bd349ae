import { monotonicNow } from '../time/monotonic-now.ts';
import { type CallerCredentials, callerCredentials, tokensIn } from './caller-credentials.ts';
import { callerHeaders } from './caller-headers.ts';
import { refusedCredentials, requestToken, type TokenOutcome } from './request-token.ts';
import type { HostContext, SendOperation } from './send-operation.ts';
import type { CallerSecrets } from './subgraph-headers.ts';

/** The state of one operation of the router: its caller, and the tokens that its subgraphs have needed so far. */
export interface Operation {
  readonly credentials: CallerCredentials;
  readonly secrets: CallerSecrets;
  /** Of the router, for a gateway in its process. */
  readonly hostContext: HostContext | undefined;
  /** By template. */
  readonly tokens: Map<string, RequestedToken>;
}

interface RequestedToken {
  readonly outcome: Promise<TokenOutcome>;
  /** From when it is asked for again, on the monotonic clock in milliseconds. */
  renewAt: number;
}

/** The operations under way, by the contexts that the router creates for them. */
export type Operations = WeakMap<object, Operation>;

/** Returns the operation of a context. Without a context or a client's request, the caller is anonymous. */
export function operationOf(operations: Operations, context: unknown): Operation {
  if (typeof context !== 'object' || context === null) return beginOperation(undefined);
  const known = operations.get(context);
  if (known) return known;
  const operation = beginOperation(context);
  operations.set(context, operation);
  return operation;
}

/**
 * Returns the token of a template for the caller of an operation. Subgraphs of one operation share one request to Mintgate; a token that is about
 * to expire is asked for again.
 */
export async function findToken(
  { credentials, hostContext, tokens }: Operation,
  template: string,
  send: SendOperation,
): Promise<TokenOutcome> {
  if (credentials.kind !== 'headers') return refusedCredentials();
  const known = tokens.get(template);
  if (known && monotonicNow() < known.renewAt) return known.outcome;
  const outcome = requestToken(send, template, credentials.headers, hostContext);
  const requested: RequestedToken = { outcome, renewAt: Number.POSITIVE_INFINITY };
  tokens.set(template, requested);
  requested.renewAt = (await outcome).renewAt;
  return outcome;
}

function beginOperation(context: unknown): Operation {
  const headers = callerHeaders(context);
  return {
    credentials: callerCredentials(headers),
    secrets: { authorizations: headers.authorizations, tokens: tokensIn(headers) },
    hostContext: hostContextOf(context),
    tokens: new Map(),
  };
}

/** Returns the function of a router's context that keeps a Worker alive, and nothing else of it. */
function hostContextOf(context: unknown): HostContext | undefined {
  const host = context as { waitUntil?: unknown } | undefined;
  if (typeof host?.waitUntil !== 'function') return undefined;
  return { waitUntil: host.waitUntil.bind(host) };
}
