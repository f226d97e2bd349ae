import type { Plugin } from 'graphql-yoga';
import { jsonResponse } from './json-response.ts';
import { hashOnly, persistedQueryNotSupported } from './persisted-query.ts';

/**
 * Tells clients that send the hash of a query in its place, as Apollo's persisted-query link does, that they have to send the
 * query. For gateways without persisted documents.
 */
export function useNoPersistedQueries(): Plugin {
  return {
    onRequest({ request, endResponse }) {
      if (request.method === 'GET' && asksByHash(request.url)) endResponse(notSupported());
    },
    onParams({ params }) {
      if (hashOnly(params ?? {}) !== undefined) throw persistedQueryNotSupported();
    },
  };
}

// As Apollo's link with `useGETForHashedQueries`. The next request is a POST.
function notSupported(): Response {
  const { message, extensions } = persistedQueryNotSupported();
  return jsonResponse(
    405,
    { errors: [{ message, extensions: { code: extensions.code } }] },
    { allow: 'POST' },
  );
}

function asksByHash(url: string): boolean {
  const { searchParams } = new URL(url);
  try {
    const extensions = JSON.parse(searchParams.get('extensions') ?? '{}');
    return hashOnly({ query: searchParams.get('query') ?? '', extensions }) !== undefined;
  } catch {
    return false;
  }
}
