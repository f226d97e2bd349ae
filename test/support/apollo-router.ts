import { expect } from 'vitest';

/**
 * The part of Apollo Router that calls a coprocessor at the stage `SubgraphRequest`, as its documentation and version 2.13 have it. The router
 * itself is not on npm.
 */

/** Headers of a request to a subgraph, by their names in lower case. */
export type SubgraphHeaders = Readonly<Record<string, readonly string[]>>;

/** What the router does with a request to a subgraph. */
export type Outcome =
  | { readonly kind: 'asked'; readonly headers: SubgraphHeaders }
  | { readonly kind: 'broken'; readonly status: number; readonly errors: readonly RouterError[] };

interface RouterError {
  message: string;
  extensions: Record<string, unknown>;
}

/** Headers that the router adds to every request to a subgraph. */
const ownHeaders: SubgraphHeaders = {
  accept: ['application/json, application/graphql-response+json'],
  'content-type': ['application/json'],
};

let requests = 0;

/** Returns the body that the router sends, with `headers` and `service_name` on. */
export function coprocessorRequest(
  serviceName: string,
  headers: SubgraphHeaders = {},
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  requests += 1;
  return {
    ...{ version: 1, stage: 'SubgraphRequest', control: 'continue', id: `request-${requests}` },
    ...{ headers: { ...ownHeaders, ...headers }, method: 'POST', serviceName },
    ...more,
  };
}

/** Returns the body that the router sends with all that it can send at this stage. */
export function fullCoprocessorRequest(
  serviceName: string,
  headers: SubgraphHeaders,
): Record<string, unknown> {
  return coprocessorRequest(serviceName, headers, {
    ...{ subgraphRequestId: 'subgraph-request-1', uri: 'http://inventory.internal:4001/graphql' },
    body: { query: 'query Stock__inventory__0{stock{count}}', operationName: 'Stock__inventory__0' },
    context: {
      entries: {
        'apollo::supergraph::operation_name': 'Stock',
        'apollo::supergraph::operation_kind': 'query',
        'apollo::telemetry::client_name': 'shop',
      },
    },
  });
}

/**
 * Posts a body to a coprocessor.
 *
 * @param send - sends the request. @default the global `fetch`
 */
export function postToCoprocessor(
  url: string,
  body: unknown,
  send: (request: Request) => Response | Promise<Response> = fetch,
): Promise<Response> {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return Promise.resolve(send(new Request(url, { method: 'POST', headers, body: text })));
}

/** Asks a coprocessor about a request to a subgraph, and checks its answer as the router does. */
export async function routeToSubgraph(
  url: string,
  serviceName: string,
  headers: SubgraphHeaders = {},
  send?: Parameters<typeof postToCoprocessor>[2],
): Promise<Outcome> {
  const sent = coprocessorRequest(serviceName, headers);
  const response = await postToCoprocessor(url, sent, send);
  expect(response.status).toBe(200);
  const answer = JSON.parse(await response.text());
  const { control, headers: replaced = sent.headers, body, ...rest } = answer;
  expect(rest).toEqual({ version: 1, stage: 'SubgraphRequest', id: sent.id });
  if (control !== 'continue') return { kind: 'broken', status: control.break, errors: body.errors };
  expect(body).toBeUndefined();
  return { kind: 'asked', headers: replaced };
}

/** Returns the headers with which a subgraph is asked. */
export async function headersOf(
  ...request: Parameters<typeof routeToSubgraph>
): Promise<Readonly<Record<string, string>>> {
  const outcome = await routeToSubgraph(...request);
  if (outcome.kind === 'broken')
    throw new Error(`expected the subgraph to be asked: ${JSON.stringify(outcome)}`);
  return Object.fromEntries(
    Object.entries(outcome.headers).map(([name, values]) => [name, values.join(', ')]),
  );
}
