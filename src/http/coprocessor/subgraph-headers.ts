import { withoutClerkCookies } from '../../subgraphs/credential-headers.ts';
import { type SubgraphToken, tokenHeader } from '../../subgraphs/subgraph-token.ts';

/** Headers by their names in lower case. */
export type HeaderLists = ReadonlyMap<string, readonly string[]>;

/**
 * Returns the headers of a request to a subgraph without the credentials of the caller, and without a token that the caller has sent in the
 * place of the subgraph's own.
 *
 * @param subgraph - @default undefined (the subgraph receives no token)
 */
export function withoutCredentials(headers: HeaderLists, subgraph?: SubgraphToken): HeaderLists {
  const kept = new Map(headers);
  kept.delete('authorization');
  if (subgraph?.header !== undefined) kept.delete(subgraph.header);
  const cookies = (kept.get('cookie') ?? []).flatMap((cookie) => withoutClerkCookies(cookie) ?? []);
  if (cookies.length > 0) kept.set('cookie', cookies);
  else kept.delete('cookie');
  return kept;
}

/** Returns headers with the token of a subgraph. */
export function withToken(headers: HeaderLists, subgraph: SubgraphToken, jwt: string): HeaderLists {
  const [name, value] = tokenHeader(subgraph, jwt);
  return new Map(headers).set(name, [value]);
}
