import type { GraphQLParams } from 'graphql-yoga';
import { requestRefusal } from '../request-refusal.ts';

/** The hash that a client such as Apollo's sends in place of a query; undefined for requests that bring a query, or no hash. */
export function hashOnly({ query, extensions }: GraphQLParams): string | undefined {
  if (query) return undefined;
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: { sha256Hash?: unknown } | null };
  const hash = persistedQuery?.sha256Hash;
  return typeof hash === 'string' ? hash : undefined;
}

// Clients know these answers by the code or by the very words, some only with 200.
// https://www.apollographql.com/docs/apollo-server/performance/apq

/** Makes a client send the query, now and from now on. */
export function persistedQueryNotSupported() {
  return requestRefusal(200, 'PersistedQueryNotSupported', 'PERSISTED_QUERY_NOT_SUPPORTED');
}

/** Makes a client send the query together with the hash. */
export function persistedQueryNotFound() {
  return requestRefusal(200, 'PersistedQueryNotFound', 'PERSISTED_QUERY_NOT_FOUND');
}
