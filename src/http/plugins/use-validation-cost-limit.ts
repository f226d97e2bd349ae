import { BREAK, type DocumentNode, GraphQLError, visit } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { countComparisons } from '../documents/field-comparisons.ts';

/**
 * Maximum number of comparisons of fields and fragments in one document, in graphql-js' units. They take about 1 ms; graphql-js' own limit is
 * 500,000. Eighty different fragments in one place need 10,000.
 */
const maxComparisons = 10_000;

/** Maximum number of levels of braces in one definition. GraphiQL's introspection query has 10. */
const maxSelectionDepth = 50;

const tooDeep = `The document is nested too deeply: use at most ${maxSelectionDepth} levels of braces.`;
const tooManyComparisons =
  'The document repeats too many fields or fragments: select each field once in one place, and spread fewer fragments side by side.';

/**
 * Refuses a document that takes long to validate, before it is validated: some rules of graphql-js need time that grows with the
 * square of a document's size.
 */
export function useValidationCostLimit(): Plugin {
  return {
    onValidate({ validateFn, setValidationFn }) {
      // Yoga calls this function for documents that are not cached.
      setValidationFn((schema, document, ...others) => {
        const message = faultOf(document);
        return message === undefined ? validateFn(schema, document, ...others) : [new GraphQLError(message)];
      });
    },
  };
}

function faultOf(document: DocumentNode): string | undefined {
  if (isTooDeep(document)) return tooDeep;
  return countComparisons(document, maxComparisons) > maxComparisons ? tooManyComparisons : undefined;
}

function isTooDeep(document: DocumentNode): boolean {
  let levels = 0;
  let deepest = 0;
  visit(document, {
    SelectionSet: {
      enter() {
        levels += 1;
        deepest = Math.max(deepest, levels);
        return deepest > maxSelectionDepth ? BREAK : undefined;
      },
      leave() {
        levels -= 1;
      },
    },
  });
  return deepest > maxSelectionDepth;
}
