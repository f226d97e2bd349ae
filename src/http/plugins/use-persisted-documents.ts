import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import type { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { isRecord } from '../../json/is-record.ts';
import { hashOnly, persistedQueryNotFound } from '../documents/persisted-query.ts';
import { requestRefusal } from '../request-refusal.ts';

/** Documents by their ids, such as `sha256:...`: what codegen writes into `persisted-documents.json`. */
export type PersistedDocuments = Readonly<Record<string, string>>;

type DocumentParams = GraphQLParams & { documentId?: unknown };

/**
 * Executes these documents and no others. A request names one by `documentId`, or by `extensions.persistedQuery.sha256Hash` as
 * Apollo Client does, with or without the `sha256:` of the id; one that brings a query of its own is refused with 400 before anything
 * is parsed.
 */
export function usePersistedDocuments(documents: PersistedDocuments): Plugin {
  // Not an object: an id may be the name of something that every object has.
  const known = new Map(Object.entries(documents));
  const { onParams } = usePersistedOperations<Record<string, unknown>>({
    getPersistedOperation: (id) => known.get(id) ?? null,
    extractPersistedOperationId: (params) => documentIdOf(params, known),
    customErrors: {
      persistedQueryOnly: refusal(
        'Only persisted documents are executed here: send documentId, not a query.',
      ),
      keyNotFound: refusal('Only persisted documents are executed here: send the documentId of one.'),
      notFound: ({ params }) => notFound(params),
    },
  });
  return {
    // Parameters that are no object are refused by Yoga, after this.
    onParams: (payload) => (isRecord(payload.params) ? onParams?.(payload as never) : undefined),
  };
}

function refusal(message: string) {
  return () => requestRefusal(400, message);
}

function notFound(params: DocumentParams): GraphQLError {
  if (!hasDocumentId(params)) return persistedQueryNotFound();
  return requestRefusal(
    400,
    'There is no persisted document of this id: the manifest of the gateway must hold it.',
  );
}

function hasDocumentId({ documentId }: DocumentParams): boolean {
  return documentId !== undefined && documentId !== null;
}

function documentIdOf(params: DocumentParams, known: ReadonlyMap<string, string>): string | null {
  const { documentId } = params;
  if (hasDocumentId(params)) return typeof documentId === 'string' ? documentId : null;
  const hash = hashOnly(params);
  if (hash === undefined) return null;
  return known.has(hash) ? hash : `sha256:${hash}`;
}
