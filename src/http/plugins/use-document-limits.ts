import { costLimitRule } from '@escape.tech/graphql-armor-cost-limit';
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import {
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  type ValidationRule,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Limits of a document. They leave room for 200 aliases of one field and for GraphiQL's introspection. */
const limits = { tokens: 3_000, fields: 900, depth: 10, aliases: 250, directives: 20 };

// From single packages: the combined one imports parts of graphql by path, so that bundlers include a second copy of graphql.
const limitRules = [
  maxDirectivesRule({ n: limits.directives }),
  maxAliasesRule({ n: limits.aliases, allowList: ['__typename'] }),
  // With every weight at 1, the cost of a document is the number of its fields.
  costLimitRule({ maxCost: limits.fields, objectCost: 1, scalarCost: 1, depthCostFactor: 1 }),
  maxDepthRule({ n: limits.depth }),
] as unknown as readonly ValidationRule[];

/** Maximum number of errors that are reported for one document. One more says that there are others. */
export const maxErrors = 5;

interface DocumentLimitsOptions {
  /** In production, error messages suggest no field names. */
  mode: 'production' | 'development';
  /** Whether a document may query the schema. */
  introspection: boolean;
}

/** Bounds the size of a document before anything is executed, and the number and content of its errors. */
export function useDocumentLimits({ mode, introspection }: DocumentLimitsOptions): Plugin {
  const isProduction = mode === 'production';
  // In production, errors have no locations: for each, graphql-js searches the document from its start, which takes seconds for
  // hundreds of errors below thousands of lines.
  const parseOptions = { maxTokens: limits.tokens, noLocation: isProduction };
  const ownRules = introspection ? limitRules : [...limitRules, NoSchemaIntrospectionCustomRule];
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => withinStack(() => parse(source, { ...options, ...parseOptions })));
    },
    onValidate({ validateFn, setValidationFn }) {
      setValidationFn((schema, document, rules = specifiedRules, _typeInfo, options) => {
        const allRules = [...rules, ...ownRules];
        // graphql-js 16 takes the options in the place of the type info.
        const errors = withinStack(() => validateFn(schema, document, allRules, { ...options, maxErrors }));
        if (isProduction) for (const error of errors) removeSuggestion(error);
        return errors;
      });
    },
  };
}

// graphql-js parses and validates recursively: a document within all limits can be too deep for a stack that is half used already.
function withinStack<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new GraphQLError('Syntax Error: The document is nested too deeply.');
  }
}

function removeSuggestion(error: GraphQLError): void {
  error.message = error.message.replace(/ ?Did you mean .*$/s, '');
}
