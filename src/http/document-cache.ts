import type { DocumentNode } from 'graphql';
import type { Plugin, YogaServerOptions } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';

/** Source text, in characters, of all documents that are kept. Parsed, a document takes up to some 200 times its source. */
const maxSource = 256 * 1024;
/** Source text, in characters, of the longest document that is kept. */
const longestSource = 16 * 1024;
const maxDocuments = 1_000;

type CacheOption = Exclude<
  NonNullable<YogaServerOptions<object, object>['parserAndValidationCache']>,
  boolean
>;

/**
 * Keeps parsed documents, so that a query is parsed and validated once. Yoga's own cache counts documents whatever their
 * size and keeps invalid ones with their errors: some megabytes of anonymous requests would fill the memory. This one is
 * bounded by the length of the sources, and keeps what has proved valid.
 */
export function documentCache(): { option: CacheOption; plugin: Plugin } {
  const kept = new LRUCache<string, DocumentNode>({
    max: maxDocuments,
    maxSize: maxSource,
    maxEntrySize: longestSource,
    sizeCalculation: (_document, source) => Math.max(1, source.length),
  });
  const unproved = new WeakMap<DocumentNode, string>();
  return {
    option: {
      documentCache: {
        get: (source) => kept.get(source),
        set: (source, document) => {
          unproved.set(document, source);
        },
      },
      errorCache: { get: () => undefined, set: () => {} },
    },
    plugin: {
      onValidate({ params: { documentAST } }) {
        return ({ valid }) => {
          const source = unproved.get(documentAST);
          if (!valid || source === undefined) return;
          unproved.delete(documentAST);
          kept.set(source, documentAST);
        };
      },
    },
  };
}
