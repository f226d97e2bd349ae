import { isRecord } from '../../json/is-record.ts';
import type { HeaderLists } from './subgraph-headers.ts';

/** The version of the protocol: Apollo's coprocessor reference, https://www.apollographql.com/docs/graphos/routing/customization/coprocessor/reference. */
const version = 1;

/** The stage at which the router is about to send a request to a subgraph. */
const stage = 'SubgraphRequest';

/** The key of the router's context for the name of the client's operation. */
const operationKey = 'apollo::supergraph::operation_name';

/** GraphQL specification, section 2.1.9. */
const graphqlName = /^[_A-Za-z][_0-9A-Za-z]*$/;

/** The properties of a request that its answer repeats. */
interface Echo {
  readonly id?: string;
  readonly subgraphRequestId?: string;
}

/** A request that the router is about to send to a subgraph. */
export interface SubgraphRequest {
  /** The name of the subgraph. */
  readonly serviceName: string;
  readonly headers: HeaderLists;
  /** The name of the client's operation, where the router sends it and it has one. */
  readonly operation: string | undefined;
  readonly echo: Echo;
}

/** The router's request; or a message, if the request cannot be answered. */
type ReadRequest =
  | { readonly kind: 'request'; readonly request: SubgraphRequest }
  | { readonly kind: 'malformed'; readonly message: string };

/** The answer for the router. */
interface CoprocessorAnswer extends Echo {
  readonly version: typeof version;
  readonly stage: typeof stage;
  /** The router goes on, or takes `body` as the answer of the subgraph. */
  readonly control: 'continue' | { readonly break: number };
  /** Replaces all headers of the request to the subgraph. @default undefined (they stay) */
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly body?: { readonly errors: readonly SubgraphError[] };
}

/** An error in the place of a subgraph's answer. */
export interface SubgraphError {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
}

const malformed = (message: string) => ({ kind: 'malformed', message }) as const;

/** Reads the body of a request of the router. */
export function readSubgraphRequest(text: string): ReadRequest {
  const body = parseJson(text);
  if (!isRecord(body)) return malformed('The body is not a JSON object: the router sends one.');
  if (body.version !== version)
    return malformed('The version of the protocol is not 1: use a router that has version 1.');
  if (body.stage !== stage)
    return malformed(`The stage is not ${stage}: configure the coprocessor for subgraph.all.request alone.`);
  const { serviceName } = body;
  if (typeof serviceName !== 'string')
    return malformed('The name of the subgraph is missing: set service_name: true in subgraph.all.request.');
  const headers = readHeaders(body.headers);
  if (headers === undefined)
    return malformed('The headers are missing: set headers: true in subgraph.all.request.');
  const operation = readOperation(body.context);
  return { kind: 'request', request: { serviceName, headers, operation, echo: readEcho(body) } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readHeaders(headers: unknown): HeaderLists | undefined {
  if (!isRecord(headers)) return undefined;
  const lists = new Map<string, readonly string[]>();
  for (const [name, values] of Object.entries(headers)) {
    if (!isTextList(values)) return undefined;
    // No header has spaces in its name: with them, one could pass for another.
    const key = name.trim().toLowerCase();
    lists.set(key, [...(lists.get(key) ?? []), ...values]);
  }
  return lists;
}

function isTextList(values: unknown): values is string[] {
  return Array.isArray(values) && values.every((value) => typeof value === 'string');
}

function readOperation(context: unknown): string | undefined {
  const entries = isRecord(context) && isRecord(context.entries) ? context.entries : {};
  const name = entries[operationKey];
  return typeof name === 'string' && graphqlName.test(name) ? name : undefined;
}

function readEcho({ id, subgraphRequestId }: Record<string, unknown>): Echo {
  return {
    ...(typeof id === 'string' && { id }),
    ...(typeof subgraphRequestId === 'string' && { subgraphRequestId }),
  };
}

/**
 * Returns the answer after which the router asks the subgraph.
 *
 * @param headers - of the request to the subgraph. @default undefined (those that it has)
 */
export function continueAnswer({ echo }: SubgraphRequest, headers?: HeaderLists): CoprocessorAnswer {
  const control = 'continue';
  return { version, stage, ...echo, control, ...(headers && { headers: Object.fromEntries(headers) }) };
}

/**
 * Returns the answer after which the router does not ask the subgraph: its fields are null, with this error.
 *
 * @param status - the HTTP status that the subgraph would have answered
 */
export function breakAnswer(
  { echo }: SubgraphRequest,
  status: number,
  error: SubgraphError,
): CoprocessorAnswer {
  return { version, stage, ...echo, control: { break: status }, body: { errors: [error] } };
}
