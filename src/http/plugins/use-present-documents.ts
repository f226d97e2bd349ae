import type { Plugin } from 'graphql-yoga';
import type { PersistedDocuments } from '../documents/persisted-documents.ts';
import { useNoPersistedQueries } from './use-no-persisted-queries.ts';
import { usePersistedDocuments } from './use-persisted-documents.ts';

/**
 * Applies the rule for persisted documents that holds when the parameters of a request have arrived: a reload may have changed it while the
 * body was read.
 *
 * @param documents - returns the present persisted documents; `undefined` where any document is executed
 */
export function usePresentDocuments(documents: () => PersistedDocuments | undefined): Plugin {
  const anyDocument = useNoPersistedQueries();
  let latest: { readonly of: PersistedDocuments; readonly plugin: Plugin } | undefined;

  function present(): Plugin {
    const of = documents();
    if (of === undefined) return anyDocument;
    if (latest?.of !== of) latest = { of, plugin: usePersistedDocuments(of) };
    return latest.plugin;
  }

  return {
    onRequest: (payload) => present().onRequest?.(payload),
    onParams: (payload) => present().onParams?.(payload),
  };
}
