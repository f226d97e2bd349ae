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

/** Documents that need not be parsed and validated again. */
export interface DocumentCache {
  /** For Yoga. */
  option: CacheOption;
  /** First among the plugins that look at documents. */
  plugin: Plugin;
  /** Lets a plugin look at the documents that have not proved valid yet, and at no others: its verdict depends on nothing else. */
  once(plugin: Plugin): Plugin;
}

/**
 * Keeps parsed documents, so that a query is parsed and validated once. Yoga's own cache counts documents whatever their
 * size and keeps invalid ones with their errors: some megabytes of anonymous requests would fill the memory. This one is
 * bounded by the length of the sources, and keeps what has proved valid.
 */
export function documentCache(): DocumentCache {
  const kept = new LRUCache<string, DocumentNode>({
    max: maxDocuments,
    maxSize: maxSource,
    maxEntrySize: longestSource,
    sizeCalculation: (_document, source) => Math.max(1, source.length),
  });
  const unproved = new WeakMap<DocumentNode, string>();
  const proved = new WeakSet<DocumentNode>();
  return {
    option: {
      documentCache: {
        get: (source) => kept.get(source),
        set: (source, document) => {
          unproved.set(document, source);
        },
      },
      errorCache: { get: () => undefined, set: () => {} },
      validationCache: false,
    },
    plugin: {
      onValidate({ params: { documentAST }, setResult }) {
        if (proved.has(documentAST)) {
          setResult([]);
          return undefined;
        }
        return ({ valid }) => {
          const source = unproved.get(documentAST);
          if (!valid || source === undefined) return;
          unproved.delete(documentAST);
          proved.add(documentAST);
          kept.set(source, documentAST);
        };
      },
    },
    once(plugin) {
      const { onValidate } = plugin;
      if (!onValidate) return plugin;
      return {
        ...plugin,
        onValidate: (payload) => (proved.has(payload.params.documentAST) ? undefined : onValidate(payload)),
      };
    },
  };
}
