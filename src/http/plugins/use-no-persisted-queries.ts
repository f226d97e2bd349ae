import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { hashOnly, persistedQueryNotSupported } from '../documents/persisted-query.ts';
import { jsonResponse } from '../json-response.ts';
import { requestRefusal } from '../request-refusal.ts';

const noDocuments =
  'This gateway has no persisted documents: send query in place of documentId, or set MINTGATE_PERSISTED_ONLY (the option persistedDocuments).';

type DocumentParams = GraphQLParams & { documentId?: unknown };

/**
 * Tells clients that send the hash of a query in its place, as Apollo's persisted-query link does, that they have to send the
 * query; and those that send a `documentId`, which setting is missing. For gateways without persisted documents.
 */
export function useNoPersistedQueries(): Plugin {
  return {
    onRequest({ request, endResponse }) {
      if (request.method === 'GET' && asksByHash(request.url)) endResponse(notSupported());
    },
    onParams({ params }) {
      const { documentId }: DocumentParams = params ?? {};
      if (documentId !== undefined) throw requestRefusal(400, noDocuments);
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
