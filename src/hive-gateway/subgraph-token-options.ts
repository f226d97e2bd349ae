import { isTemplateName, templateNameForm } from '../mint/template-name.ts';
import type { Subgraphs, SubgraphToken } from '../subgraphs/subgraph-token.ts';
import { isTokenHeaderName } from '../subgraphs/token-header-name.ts';
import { type InProcessGateway, type SendOperation, sendInProcess, sendOverHttp } from './send-operation.ts';

interface CommonOptions {
  /** The tokens of the subgraphs, by the names of the subgraphs in the supergraph. @default none: required */
  subgraphs: Subgraphs;
  /** The name of Mintgate's own subgraph, the only one that receives the credentials of the caller. @default 'mintgate' */
  mintgateSubgraph?: string;
}

interface InProcessOptions {
  /** The gateway in this process: what `createGateway` returns. */
  gateway: InProcessGateway;
  /** The path of the gateway's GraphQL endpoint, as in its own options. @default '/graphql' */
  graphqlEndpoint?: string;
  url?: never;
  timeout?: never;
  fetch?: never;
}

interface HttpOptions {
  /** The GraphQL endpoint of a running gateway, such as `http://127.0.0.1:4000/graphql`. */
  url: string;
  /** The longest time for one request to it, in milliseconds. @default 4000 */
  timeout?: number;
  /** Sends the requests; it must abort them with their `signal`. @default the global `fetch`, looked up for each request */
  fetch?: typeof fetch;
  gateway?: never;
  graphqlEndpoint?: never;
}

/** The options of `useSubgraphTokens`: the mapping, and a gateway in this process or over HTTP. */
export type SubgraphTokenOptions = CommonOptions & (InProcessOptions | HttpOptions);

/** Options that have been checked, with their defaults. */
export interface ParsedOptions {
  readonly send: SendOperation;
  readonly subgraphs: ReadonlyMap<string, SubgraphToken>;
  readonly mintgateSubgraph: string;
}

/** Longer than the deadline of a gateway, which is 3 s by default. */
const defaultTimeoutMs = 4_000;

/** Checks the options, and applies their defaults. @throws TypeError that names the wrong option, and what was expected */
export function parseOptions(options: SubgraphTokenOptions): ParsedOptions {
  // Callers without types may pass anything.
  const { gateway, graphqlEndpoint, url, timeout, fetch, ...common } = options as Loose<SubgraphTokenOptions>;
  const { subgraphs, mintgateSubgraph = 'mintgate', ...unknown } = common;
  for (const name in unknown) fail(name, 'there is no such option');
  if ((gateway === undefined) === (url === undefined)) fail('gateway, url', 'expected one of them');
  if (typeof mintgateSubgraph !== 'string' || mintgateSubgraph === '')
    fail('mintgateSubgraph', 'expected the name of a subgraph');
  const send =
    url === undefined
      ? parseInProcess({ gateway, graphqlEndpoint, timeout, fetch })
      : parseHttp({ url, timeout, fetch, graphqlEndpoint });
  return { send, subgraphs: parseSubgraphs(subgraphs, mintgateSubgraph), mintgateSubgraph };
}

type Loose<T> = { readonly [name in T extends unknown ? keyof T : never]?: unknown };

function parseInProcess({ gateway, graphqlEndpoint = '/graphql', ...ofHttp }: Loose<SubgraphTokenOptions>) {
  refuse(ofHttp, 'needs url');
  const { fetch } = (gateway ?? {}) as Partial<InProcessGateway>;
  if (typeof fetch !== 'function') fail('gateway', 'expected what createGateway returns');
  if (typeof graphqlEndpoint !== 'string' || !/^\/[^?#]*$/.test(graphqlEndpoint))
    fail('graphqlEndpoint', 'expected a path that begins with /');
  return sendInProcess(gateway as InProcessGateway, graphqlEndpoint);
}

function parseHttp({ url, timeout = defaultTimeoutMs, fetch, ...inProcess }: Loose<SubgraphTokenOptions>) {
  refuse(inProcess, 'needs gateway');
  if (typeof url !== 'string' || !isHttpUrl(url))
    fail('url', 'expected an absolute URL without user and password, such as http://127.0.0.1:4000/graphql');
  if (typeof timeout !== 'number' || !(timeout > 0 && timeout < 2 ** 31))
    fail('timeout', 'expected milliseconds, more than 0');
  if (fetch !== undefined && typeof fetch !== 'function') fail('fetch', 'expected a function');
  return sendOverHttp(url, timeout, fetch as typeof globalThis.fetch | undefined);
}

function refuse(options: Loose<SubgraphTokenOptions>, problem: string): void {
  for (const [name, value] of Object.entries(options)) if (value !== undefined) fail(name, problem);
}

function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

function parseSubgraphs(subgraphs: unknown, mintgateSubgraph: string): ReadonlyMap<string, SubgraphToken> {
  if (!isObject(subgraphs) || Object.keys(subgraphs).length === 0)
    fail('subgraphs', "expected the tokens of subgraphs, such as { inventory: { template: 'inventory' } }");
  const entries = Object.entries(subgraphs);
  for (const [name, token] of entries) {
    if (name === mintgateSubgraph)
      fail(
        `subgraphs.${name}`,
        "this is Mintgate's own subgraph, which receives the credentials of the caller",
      );
    checkToken(`subgraphs.${name}`, token);
  }
  return new Map(entries as [string, SubgraphToken][]);
}

function checkToken(path: string, token: unknown): void {
  if (!isObject(token)) fail(path, "expected an object, such as { template: 'inventory' }");
  const { template, header, onFailure, ...unknown } = token as Loose<SubgraphToken>;
  for (const name in unknown) fail(`${path}.${name}`, 'there is no such option');
  if (!isTemplateName(template))
    fail(`${path}.template`, `expected the name of a template: ${templateNameForm}`);
  if (header !== undefined && !(typeof header === 'string' && isTokenHeaderName(header)))
    fail(
      `${path}.header`,
      'expected the name of a request header in lower case, such as authorization, and none that HTTP itself needs',
    );
  if (onFailure !== undefined && onFailure !== 'error' && onFailure !== 'anonymous')
    fail(`${path}.onFailure`, "expected 'error' or 'anonymous'");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fail(option: string, problem: string): never {
  throw new TypeError(`useSubgraphTokens: ${option}: ${problem}`);
}
