import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { requestRefusal } from './request-refusal.ts';

/** Documents by their ids, such as `sha256:...`: what codegen writes into `persisted-documents.json`. */
export type PersistedDocuments = Readonly<Record<string, string>>;

/**
 * Executes these documents and no others. A request names one by `documentId`, or by `extensions.persistedQuery.sha256Hash` as
 * Apollo Client does; one that brings a query of its own is refused with 400 before anything is parsed.
 */
export function usePersistedDocuments(documents: PersistedDocuments): Plugin {
  // Not an object: an id may be the name of something that every object has.
  const known = new Map(Object.entries(documents));
  const { onParams } = usePersistedOperations<Record<string, unknown>>({
    getPersistedOperation: (id) => known.get(id) ?? null,
    extractPersistedOperationId: documentIdOf,
    customErrors: {
      persistedQueryOnly: refusal(
        'Only persisted documents are executed here: send documentId, not a query.',
      ),
      keyNotFound: refusal('Only persisted documents are executed here: send the documentId of one.'),
      notFound: refusal(
        'There is no persisted document of this id: the manifest of the gateway must hold it.',
      ),
    },
  });
  return {
    // Parameters that are no object are refused by Yoga, after this.
    onParams: (payload) => (isObject(payload.params) ? onParams?.(payload as never) : undefined),
  };
}

function refusal(message: string) {
  return () => requestRefusal(400, message);
}

function documentIdOf(params: GraphQLParams & { documentId?: unknown }): string | null {
  const { documentId, extensions } = params;
  const id = documentId ?? (extensions?.persistedQuery as { sha256Hash?: unknown } | undefined)?.sha256Hash;
  return typeof id === 'string' ? id : null;
}

function isObject(params: unknown): boolean {
  return typeof params === 'object' && params !== null;
}
