import { type DocumentNode, type FieldNode, Kind, type SelectionSetNode } from 'graphql';

/** The fields and fragment spreads of a selection set, those of its inline fragments included. */
interface Selected {
  /** By response name. */
  readonly fields: Map<string, FieldNode[]>;
  /** The names of the fragments that it spreads. */
  readonly spreads: Set<string>;
  /** How often its fields have been compared with those of a fragment, by the fragment's name. */
  readonly compared: Map<string, number>;
  /** For a fragment: how often it has been compared with another one, by the name of the other, which sorts later. */
  readonly paired: Map<string, number>;
}

interface Count {
  readonly fragments: ReadonlyMap<string, SelectionSetNode>;
  readonly selected: Map<SelectionSetNode, Selected>;
  /** Comparisons that are not counted yet. A list, because documents can be too deep for recursion. */
  readonly pending: (() => void)[];
  units: number;
  readonly limit: number;
}

/** graphql-js compares a pair at most twice: once for types that exclude each other, once for others. */
const maxRepetitions = 2;

/**
 * Counts the comparisons that graphql-js' rule `OverlappingFieldsCanBeMerged` makes for a document, without making them. The rule
 * compares each pair of fields with one response name, their selections, and each pair of fragments that are spread in one
 * place. A few kilobytes can cause hundreds of thousands of comparisons.
 *
 * @param limit - the count stops beyond it
 * @returns graphql-js' units, 2 for each pair of fields or fragments; never fewer pairs than graphql-js compares
 */
export function countComparisons({ definitions }: DocumentNode, limit: number): number {
  const fragments = new Map<string, SelectionSetNode>();
  const count: Count = { fragments, selected: new Map(), pending: [], units: 0, limit };
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition.selectionSet);
    if ('selectionSet' in definition) count.pending.push(() => compareWithin(count, definition.selectionSet));
  }
  for (let next = count.pending.pop(); next && count.units <= count.limit; next = count.pending.pop()) next();
  return count.units;
}

/** Counts the comparisons within a selection set and the selection sets below it. */
function compareWithin(count: Count, set: SelectionSetNode): void {
  const selected = selectedBy(count, set);
  for (const fields of selected.fields.values()) {
    for (const { selectionSet } of fields)
      if (selectionSet) count.pending.push(() => compareWithin(count, selectionSet));
    for (const [field, other] of pairsWithin(fields)) {
      if (count.units > count.limit) return;
      compareFields(count, field, other);
    }
  }
  for (const name of selected.spreads) compareWithFragment(count, selected, name);
  for (const [name, other] of pairsWithin([...selected.spreads])) {
    if (count.units > count.limit) return;
    compareFragments(count, name, other);
  }
}

function compareFields(count: Count, field: FieldNode, other: FieldNode): void {
  count.units += 2 + (field.arguments?.length ?? 0);
  const [set, otherSet] = [field.selectionSet, other.selectionSet];
  if (set && otherSet)
    count.pending.push(() => compareBelow(count, selectedBy(count, set), selectedBy(count, otherSet)));
}

/** Counts the comparisons between the selections of two fields. */
function compareBelow(count: Count, selected: Selected, other: Selected): void {
  compareFieldsOf(count, selected, other);
  for (const name of other.spreads) compareWithFragment(count, selected, name);
  for (const name of selected.spreads) compareWithFragment(count, other, name);
  for (const name of selected.spreads) {
    for (const otherName of other.spreads) {
      if (count.units > count.limit) return;
      compareFragments(count, name, otherName);
    }
  }
}

/** Counts the comparisons between the fields of two selections that have one response name. */
function compareFieldsOf(count: Count, selected: Selected, other: Selected): void {
  if (selected.fields.size === 0 || other.fields.size === 0) return;
  count.units += Math.max(selected.fields.size, other.fields.size);
  for (const [name, fields] of selected.fields) {
    for (const field of fields) {
      for (const otherField of other.fields.get(name) ?? []) {
        if (count.units > count.limit) return;
        compareFields(count, field, otherField);
      }
    }
  }
}

function compareWithFragment(count: Count, selected: Selected, name: string): void {
  count.units += 1;
  const set = count.fragments.get(name);
  if (!set || selected.fields.size === 0 || isKnown(selected.compared, name)) return;
  count.pending.push(() => {
    const fragment = selectedBy(count, set);
    if (fragment === selected) return;
    compareFieldsOf(count, selected, fragment);
    for (const inner of fragment.spreads) compareWithFragment(count, selected, inner);
  });
}

function compareFragments(count: Count, name: string, other: string): void {
  count.units += 2;
  if (name === other) return;
  const [set, otherSet] = [count.fragments.get(name), count.fragments.get(other)];
  if (!set || !otherSet) return;
  const [fragment, otherFragment] = [selectedBy(count, set), selectedBy(count, otherSet)];
  const known = name < other ? isKnown(fragment.paired, other) : isKnown(otherFragment.paired, name);
  if (known) return;
  compareFieldsOf(count, fragment, otherFragment);
  if (fragment.spreads.size === 0 && otherFragment.spreads.size === 0) return;
  count.pending.push(() => {
    for (const inner of otherFragment.spreads) compareFragments(count, name, inner);
    for (const inner of fragment.spreads) compareFragments(count, inner, other);
  });
}

/** Returns whether graphql-js would skip a comparison, and counts the repetition. */
function isKnown(compared: Map<string, number>, key: string): boolean {
  const times = compared.get(key) ?? 0;
  compared.set(key, times + 1);
  return times >= maxRepetitions;
}

function selectedBy({ selected }: Count, set: SelectionSetNode): Selected {
  const known = selected.get(set);
  if (known) return known;
  const result: Selected = { fields: new Map(), spreads: new Set(), compared: new Map(), paired: new Map() };
  selected.set(set, result);
  const pending = [set];
  for (let next = pending.pop(); next; next = pending.pop()) {
    for (const selection of next.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) pending.push(selection.selectionSet);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) result.spreads.add(selection.name.value);
      else addField(result, selection);
    }
  }
  return result;
}

function addField({ fields }: Selected, field: FieldNode): void {
  const name = (field.alias ?? field.name).value;
  const known = fields.get(name);
  if (known) known.push(field);
  else fields.set(name, [field]);
}

function* pairsWithin<T>(list: readonly T[]): Generator<readonly [T, T]> {
  for (const [index, item] of list.entries()) {
    for (const other of list.slice(index + 1)) yield [item, other];
  }
}
