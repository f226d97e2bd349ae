import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** How often one answer may be asked for in one place. */
const maxRepetitions = 20;

/**
 * Refuses a document that asks for one answer (a field, under its alias) very often in one place, before it is validated:
 * graphql-js compares each of them with every other (OverlappingFieldsCanBeMerged), which costs a hundred milliseconds for a
 * few kilobytes.
 */
export function useRepeatedFieldsLimit(): Plugin {
  return {
    onValidate({ params: { documentAST }, setResult }) {
      const name = tooOften(documentAST);
      if (name !== undefined)
        setResult([
          new GraphQLError(`"${name}" is asked for more than ${maxRepetitions} times in one place.`),
        ]);
    },
  };
}

function tooOften(document: DocumentNode): string | undefined {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  let found: string | undefined;
  visit(document, {
    SelectionSet(set) {
      found ??= repeatedIn(set, fragments);
      return found === undefined ? undefined : false;
    },
  });
  return found;
}

/** Fragments are part of the place where they are spread. */
function repeatedIn(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): string | undefined {
  const counts = new Map<string, number>();
  const spread = new Set<string>();
  const open = [set];
  for (let next = open.pop(); next; next = open.pop()) {
    for (const selection of next.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) open.push(selection.selectionSet);
      if (selection.kind === Kind.FRAGMENT_SPREAD && !spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment) open.push(fragment.selectionSet);
      }
      if (selection.kind !== Kind.FIELD) continue;
      const name = (selection.alias ?? selection.name).value;
      const count = (counts.get(name) ?? 0) + 1;
      if (count > maxRepetitions) return name;
      counts.set(name, count);
    }
  }
  return undefined;
}
