import type { DocumentNode } from 'graphql';
import type { Plugin, YogaServerOptions } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';

/** Maximum length of all stored documents together, in characters. A parsed document takes up to about 200 times its source. */
const maxSourceLength = 256 * 1024;
/** Maximum length of a stored document, in characters. */
const maxDocumentLength = 16 * 1024;
const maxDocuments = 1_000;

type CacheOption = Exclude<
  NonNullable<YogaServerOptions<object, object>['parserAndValidationCache']>,
  boolean
>;

/** Valid documents, so that a repeated query is parsed and validated once. */
export interface DocumentCache {
  /** Yoga's option `parserAndValidationCache`. */
  option: CacheOption;
  /** Stores a document once it is valid, and skips the validation of a stored one. First among the plugins that validate. */
  plugin: Plugin;
}

/**
 * Returns a cache of valid documents for Yoga. Yoga's default cache counts documents whatever their size and stores invalid ones
 * with their errors: some megabytes of anonymous requests would fill the memory. This cache is bounded by the length of the
 * sources.
 */
export function createDocumentCache(): DocumentCache {
  const documents = new LRUCache<string, DocumentNode>({
    max: maxDocuments,
    maxSize: maxSourceLength,
    maxEntrySize: maxDocumentLength,
    sizeCalculation: (_document, source) => Math.max(1, source.length),
  });
  const sources = new WeakMap<DocumentNode, string>();
  const valid = new WeakSet<DocumentNode>();
  return {
    option: {
      // Not the LRUCache itself: Yoga stores a document before it is validated.
      documentCache: {
        get: (source) => documents.get(source),
        set: (source, document) => {
          sources.set(document, source);
        },
      },
      errorCache: { get: () => undefined, set: () => {} },
      // Yoga would store the verdict that useRouterSecret has changed for one request.
      validationCache: false,
    },
    plugin: {
      onValidate({ params: { documentAST }, setResult }) {
        if (valid.has(documentAST)) {
          setResult([]);
          return undefined;
        }
        return (verdict) => {
          const source = sources.get(documentAST);
          if (!verdict.valid || source === undefined) return;
          valid.add(documentAST);
          documents.set(source, documentAST);
        };
      },
    },
  };
}
