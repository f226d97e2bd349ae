import { clerkCookiesIn, hasClerkCookies, withoutClerkCookies } from '../../subgraphs/credential-headers.ts';
import { sessionTokensIn } from '../../subgraphs/session-tokens.ts';
import { type SubgraphToken, tokenHeader } from '../../subgraphs/subgraph-token.ts';

/** Headers by their names in lower case. */
export type HeaderLists = ReadonlyMap<string, readonly string[]>;

/**
 * Returns the headers of a request to a subgraph without the credentials of the caller, also where another header repeats them, and without
 * a token that the caller has sent in the place of the subgraph's own.
 *
 * @param subgraph - @default undefined (the subgraph receives no token)
 */
export function withoutCredentials(headers: HeaderLists, subgraph?: SubgraphToken): HeaderLists {
  const sessionTokens = sessionTokensIn(credentialsIn(headers));
  const hasToken = (value: string) => sessionTokens.some((token) => value.includes(token));
  const kept = new Map<string, readonly string[]>();
  for (const [name, values] of headers) {
    if (name === 'authorization' || name === subgraph?.header) continue;
    const others = values.flatMap(withoutCookies);
    if (!(isEmptied(values, others) || others.some(hasToken))) kept.set(name, others);
  }
  return kept;
}

function credentialsIn(headers: HeaderLists): string[] {
  const cookies = headers.get('cookie') ?? [];
  return [...(headers.get('authorization') ?? []), ...cookies.flatMap(clerkCookiesIn)];
}

// A router or a proxy may copy cookies into another header.
function withoutCookies(value: string): string | string[] {
  return hasClerkCookies(value) ? (withoutClerkCookies(value) ?? []) : value;
}

function isEmptied(before: readonly string[], after: readonly string[]): boolean {
  return before.length > 0 && after.length === 0;
}

/** Returns headers with the token of a subgraph. */
export function withToken(headers: HeaderLists, subgraph: SubgraphToken, jwt: string): HeaderLists {
  const [name, value] = tokenHeader(subgraph, jwt);
  return new Map(headers).set(name, [value]);
}
