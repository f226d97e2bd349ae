import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { findPersistedHash, persistedQueryNotSupported } from '../documents/persisted-query.ts';
import { jsonResponse } from '../json-response.ts';
import { requestError, toErrorBody } from '../request-error.ts';

const noDocuments =
  'This gateway has no persisted documents: send query in place of documentId, or set MINTGATE_PERSISTED_ONLY (the option persistedDocuments).';

type DocumentParams = GraphQLParams & { documentId?: unknown };

/**
 * For gateways without persisted documents. A client that sends only the hash of a query, as Apollo's persisted-query link does, gets the
 * code that makes it send the query. A client that sends a `documentId` gets an error that names the missing setting.
 */
export function useNoPersistedQueries(): Plugin {
  return {
    onRequest({ request, endResponse }) {
      if (request.method === 'GET' && hasPersistedHash(request.url)) endResponse(notSupported());
    },
    onParams({ params }) {
      const { documentId }: DocumentParams = params ?? {};
      if (documentId !== undefined) throw requestError(400, noDocuments);
      if (findPersistedHash(params ?? {}) !== undefined) throw persistedQueryNotSupported();
    },
  };
}

// For Apollo's link with `useGETForHashedQueries`, whose next request is a POST.
function notSupported(): Response {
  return jsonResponse(405, toErrorBody(persistedQueryNotSupported()), { allow: 'POST' });
}

function hasPersistedHash(url: string): boolean {
  const { searchParams } = new URL(url);
  try {
    const extensions = JSON.parse(searchParams.get('extensions') ?? '{}');
    return findPersistedHash({ query: searchParams.get('query') ?? '', extensions }) !== undefined;
  } catch {
    return false;
  }
}
