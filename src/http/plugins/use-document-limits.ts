import { costLimitPlugin } from '@escape.tech/graphql-armor-cost-limit';
import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesPlugin } from '@escape.tech/graphql-armor-max-directives';
import { GraphQLError, NoSchemaIntrospectionCustomRule, parse, validate } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Limits on documents. They leave room for 200 aliases of one field and for GraphiQL's introspection. */
const limits = { tokens: 3_000, fields: 900, depth: 10, aliases: 250, directives: 20 };

/** Most errors that are told of one document, before one that says that there are more. */
export const maxErrors = 5;

export interface DocumentLimitsOptions {
  /** In production, error messages suggest no field names. */
  mode: 'production' | 'development';
  /** Whether a document may ask for the schema, as far as the document is concerned. */
  introspection: boolean;
}

/**
 * Bounds what a document may ask before anything is executed, and what its errors tell.
 */
export function useDocumentLimits({ mode, introspection }: DocumentLimitsOptions): Plugin[] {
  // Each by itself: the package of all of them loads parts of graphql by their path, of which bundlers make a second copy.
  const armor = [
    maxDirectivesPlugin({ n: limits.directives }),
    maxAliasesPlugin({ n: limits.aliases, allowList: ['__typename'] }),
    // With every weight at 1, the cost of a document is the number of its fields.
    costLimitPlugin({ maxCost: limits.fields, objectCost: 1, scalarCost: 1, depthCostFactor: 1 }),
    maxDepthPlugin({ n: limits.depth }),
  ];
  return [
    boundedParsing(mode),
    ...(armor as unknown as Plugin[]),
    fewErrors,
    ...(introspection ? [] : [noIntrospection]),
    ...(mode === 'production' ? [noSuggestions] : []),
  ];
}

/**
 * Bounds the tokens of a document. In production, errors name no locations: graphql-js searches the document from its start for each,
 * which takes seconds for hundreds of errors below thousands of lines.
 */
function boundedParsing(mode: DocumentLimitsOptions['mode']): Plugin {
  const own = { maxTokens: limits.tokens, noLocation: mode === 'production' };
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => withinStack(() => parse(source, { ...options, ...own })));
    },
  };
}

// graphql-js' parser and rules are recursive: a document within all limits can be too deep for a stack that is half used already.
function withinStack<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new GraphQLError('Syntax Error: The document is nested too deeply.');
  }
}

// An error for each of a hundred mistakes would be an answer much longer than the question.
const fewErrors: Plugin = {
  onValidate({ setValidationFn }) {
    setValidationFn((schema, document, rules, _typeInfo, options) =>
      withinStack(() => validate(schema, document, rules, { ...options, maxErrors })),
    );
  },
};

const noIntrospection: Plugin = {
  onValidate({ addValidationRule }) {
    addValidationRule(NoSchemaIntrospectionCustomRule);
  },
};

const noSuggestions: Plugin = {
  onValidate() {
    return ({ result }) => {
      for (const error of result) error.message = error.message.replace(/ ?Did you mean .*$/s, '');
    };
  },
};
