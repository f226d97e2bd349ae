import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { requestRefusal } from './request-refusal.ts';

/** Says of a request that names a persisted document which setting is missing. For gateways without persisted documents. */
export function useNoDocumentIds(): Plugin {
  return {
    onParams({ params }) {
      const { documentId }: GraphQLParams & { documentId?: unknown } = params ?? {};
      if (documentId === undefined) return;
      throw requestRefusal(
        400,
        'This gateway has no persisted documents: send query in place of documentId, or set MINTGATE_PERSISTED_ONLY (the option persistedDocuments).',
      );
    },
  };
}
