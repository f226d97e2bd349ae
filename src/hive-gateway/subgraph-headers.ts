import { hasClerkCookies, withoutClerkCookies } from '../subgraphs/credential-headers.ts';
import { proofsOfOrigin } from './caller-credentials.ts';

/** The headers of a request to a subgraph, by their names. */
export type SubgraphHeaders = Readonly<Record<string, string>>;

/** The caller's credentials for Mintgate. No other subgraph may receive them. */
export interface CallerSecrets {
  /** The `Authorization` headers of the caller. */
  readonly authorizations: readonly string[];
  /** The tokens of the caller: no header may contain one. */
  readonly tokens: readonly string[];
}

/**
 * Returns the headers that a router forwards to a subgraph, without the credentials of the caller: `authorization`, Clerk's cookies, and the
 * header that carries the subgraph's token, which only the router may set.
 *
 * @param tokenHeaderName - in lower case. @default undefined (the subgraph has no token)
 */
export function withoutForwardedCredentials(
  headers: Readonly<Record<string, unknown>> | undefined,
  tokenHeaderName?: string,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    const lowerCase = name.toLowerCase();
    if (value == null || lowerCase === 'authorization' || lowerCase === tokenHeaderName) continue;
    const text = lowerCase === 'cookie' ? withoutClerkCookies(String(value)) : String(value);
    if (text !== undefined) kept[name] = text;
  }
  return kept;
}

/**
 * Returns the headers of a request to Mintgate's subgraph: those that a router forwards, and the credentials of the caller that are not among
 * them. The proofs of the origin are always those of the caller, because a router may forward what a page has forged on a WebSocket.
 *
 * @param credentials - by names in lower case
 */
export function withCallerCredentials(
  headers: Readonly<Record<string, unknown>> | undefined,
  credentials: SubgraphHeaders,
): Record<string, string> {
  const forwarded = Object.entries(headers ?? {}).flatMap(([name, value]) => {
    const isReplaced = credentials.cookie !== undefined && proofsOfOrigin.includes(name.toLowerCase());
    return value == null || isReplaced ? [] : [[name, String(value)] as const];
  });
  const names = new Set(forwarded.map(([name]) => name.toLowerCase()));
  const missing = Object.entries(credentials).filter(([name]) => !names.has(name));
  return Object.fromEntries([...missing, ...forwarded]);
}

/** The header that carries the token of a subgraph, by its name in lower case. The value is undefined where there is no token. */
export type ReservedHeader = readonly [name: string, value: string | undefined];

/**
 * Returns the final headers of a request to a subgraph, also those of the router's configuration, without anything that contains a credential
 * of the caller.
 *
 * @param reserved - the header of the subgraph's token, which replaces every other header of its name. @default undefined (the subgraph has none)
 */
export function withoutCallerSecrets(
  headers: SubgraphHeaders,
  { authorizations, tokens }: CallerSecrets,
  [reservedName, token]: ReservedHeader | readonly [] = [],
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const lowerCase = name.toLowerCase();
    const isCallers = lowerCase === 'authorization' && authorizations.includes(value);
    if (lowerCase === reservedName || isCallers) continue;
    // A configuration may copy cookies into another header.
    const text = hasClerkCookies(value) ? withoutClerkCookies(value) : value;
    if (text === undefined || tokens.some((secret) => text.includes(secret))) continue;
    kept[name] = text;
  }
  // Added here, too, because some transports do not send the headers of a request.
  if (reservedName !== undefined && token !== undefined) kept[reservedName] = token;
  return kept;
}
