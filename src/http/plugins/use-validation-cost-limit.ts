import { BREAK, type DocumentNode, GraphQLError, visit } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { countComparisons } from '../documents/field-comparisons.ts';

/**
 * Most comparisons of fields and fragments for one document, in graphql-js' units. They take about 1 ms; graphql-js' own limit is
 * 500,000. Eighty different fragments in one place need as many.
 */
const maxComparisons = 10_000;

/** Most levels of braces in one definition. The query of GraphiQL for the schema has 10. */
const maxNesting = 50;

/**
 * Refuses documents that take long to validate, before they are validated. The other limits are rules of the validation itself,
 * which runs beside graphql-js' rules: some of those need time that grows with the square of a document's size.
 */
export function useValidationCostLimit(): Plugin {
  return {
    onValidate({ validateFn, setValidationFn }) {
      setValidationFn((schema, document, ...others) => {
        const message = faultOf(document);
        return message === undefined ? validateFn(schema, document, ...others) : [new GraphQLError(message)];
      });
    },
  };
}

function faultOf(document: DocumentNode): string | undefined {
  if (isNestedTooDeeply(document))
    return `The document is nested too deeply: use at most ${maxNesting} levels of braces.`;
  if (countComparisons(document, maxComparisons) > maxComparisons)
    return 'The document repeats too many fields or fragments: select each field once in one place, and spread fewer fragments side by side.';
  return undefined;
}

function isNestedTooDeeply(document: DocumentNode): boolean {
  let levels = 0;
  let deepest = 0;
  visit(document, {
    SelectionSet: {
      enter() {
        levels += 1;
        deepest = Math.max(deepest, levels);
        return deepest > maxNesting ? BREAK : undefined;
      },
      leave() {
        levels -= 1;
      },
    },
  });
  return deepest > maxNesting;
}
