import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import type { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { isRecord } from '../../json/is-record.ts';
import type { PersistedDocuments } from '../documents/persisted-documents.ts';
import { findPersistedHash, persistedQueryNotFound } from '../documents/persisted-query.ts';
import { requestError } from '../request-error.ts';

type DocumentParams = GraphQLParams & { documentId?: unknown };

/**
 * Executes these documents and no others. A request names one by `documentId`, or by `extensions.persistedQuery.sha256Hash` as
 * Apollo Client does, with or without the `sha256:` of the id. A request with a query is refused with 400 before it is parsed.
 */
export function usePersistedDocuments(documents: PersistedDocuments): Plugin {
  // Not an object: an id may be the name of an inherited property.
  const known = new Map(Object.entries(documents));
  const { onParams } = usePersistedOperations<Record<string, unknown>>({
    getPersistedOperation: (id) => known.get(id) ?? null,
    extractPersistedOperationId: (params) => documentIdOf(params, known),
    customErrors: {
      persistedQueryOnly: () =>
        requestError(400, 'Only persisted documents are executed here: send documentId, not a query.'),
      keyNotFound: () =>
        requestError(400, 'Only persisted documents are executed here: send the documentId of one.'),
      notFound: ({ params }) => notFound(params),
    },
  });
  return {
    // Yoga refuses parameters that are not an object later.
    onParams: (payload) => (isRecord(payload.params) ? onParams?.(payload as never) : undefined),
  };
}

function notFound(params: DocumentParams): GraphQLError {
  if (!hasDocumentId(params)) return persistedQueryNotFound();
  return requestError(
    400,
    'The documentId names no persisted document: add the document to the manifest of the gateway.',
  );
}

function hasDocumentId({ documentId }: DocumentParams): boolean {
  return documentId !== undefined && documentId !== null;
}

function documentIdOf(params: DocumentParams, known: ReadonlyMap<string, string>): string | null {
  const { documentId } = params;
  if (hasDocumentId(params)) return typeof documentId === 'string' ? documentId : null;
  const hash = findPersistedHash(params);
  if (hash === undefined) return null;
  return known.has(hash) ? hash : `sha256:${hash}`;
}
