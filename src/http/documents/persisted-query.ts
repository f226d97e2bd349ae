import type { GraphQLParams } from 'graphql-yoga';
import { requestError } from '../request-error.ts';

/** Returns the hash that a client such as Apollo's sends in place of a query, or `undefined` for a request with a query or no hash. */
export function findPersistedHash({ query, extensions }: GraphQLParams): string | undefined {
  if (query) return undefined;
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: { sha256Hash?: unknown } | null };
  const hash = persistedQuery?.sha256Hash;
  return typeof hash === 'string' ? hash : undefined;
}

// Clients recognize these answers by the code or by the exact message, some only with status 200.
// https://www.apollographql.com/docs/apollo-server/performance/apq

/** Returns the error that makes a client send the query, in this and in all later requests. */
export function persistedQueryNotSupported() {
  return requestError(200, 'PersistedQueryNotSupported', 'PERSISTED_QUERY_NOT_SUPPORTED');
}

/** Returns the error that makes a client send the query together with the hash. */
export function persistedQueryNotFound() {
  return requestError(200, 'PersistedQueryNotFound', 'PERSISTED_QUERY_NOT_FOUND');
}
