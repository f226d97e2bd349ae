import { EnvelopArmor } from '@escape.tech/graphql-armor';
import { NoSchemaIntrospectionCustomRule, validate } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Limits on documents. They leave room for 200 aliases of one field and for GraphiQL's introspection. */
const limits = { tokens: 3_000, fields: 900, depth: 10, aliases: 250, directives: 20 };

/** Most errors that are told of one document, before one that says that there are more. */
const maxErrors = 5;

export interface OperationLimitsOptions {
  /** In production, error messages suggest no field names. */
  mode: 'production' | 'development';
  /** Whether a document may ask for the schema, as far as the document is concerned. */
  introspection: boolean;
}

/**
 * Bounds what a document may ask before anything is executed, and what its errors tell.
 */
export function operationLimits({ mode, introspection }: OperationLimitsOptions): Plugin[] {
  const armor = new EnvelopArmor({
    maxTokens: { n: limits.tokens },
    maxDepth: { n: limits.depth },
    maxAliases: { n: limits.aliases, allowList: ['__typename'] },
    maxDirectives: { n: limits.directives },
    // With every weight at 1, the cost of a document is the number of its fields.
    costLimit: { maxCost: limits.fields, objectCost: 1, scalarCost: 1, depthCostFactor: 1 },
    // It leaves graphql-js' hints at inline fragments in: `noSuggestions` takes its place.
    blockFieldSuggestion: { enabled: false },
  });
  return [
    ...(armor.protect().plugins as unknown as Plugin[]),
    fewErrors,
    ...(introspection ? [] : [noIntrospection]),
    ...(mode === 'production' ? [noSuggestions] : []),
  ];
}

// An error for each of a hundred mistakes would be an answer much longer than the question.
const fewErrors: Plugin = {
  onValidate({ setValidationFn }) {
    setValidationFn((schema, document, rules, _typeInfo, options) =>
      validate(schema, document, rules, { ...options, maxErrors }),
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
