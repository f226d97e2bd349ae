import type { MetadataInterface } from '../../jwt-templates/shortcodes.ts';

/** The type of a claim, from which TypeScript and JSON Schema are written. */
export type ClaimType =
  | { readonly kind: 'string' | 'number' | 'boolean' | 'null' | 'unknown' }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  /** An array of any length. */
  | { readonly kind: 'list'; readonly items: ClaimType }
  /** An array with these elements. */
  | { readonly kind: 'tuple'; readonly items: readonly ClaimType[] }
  | ObjectType
  | MetadataType
  | UnionType;

/** An object with properties. */
export interface ObjectType {
  readonly kind: 'object';
  readonly properties: ReadonlyMap<string, PropertyType>;
  /** Whether an object may have further properties. */
  readonly others: 'none' | 'any';
}

/** A property of an object. */
export interface PropertyType {
  readonly type: ClaimType;
  /** `sometimes` for a property that some objects lack. @default 'always' */
  readonly presence?: 'always' | 'sometimes';
  readonly description?: string;
}

/** Metadata, or a value in it, as the application declares it. */
interface MetadataType {
  readonly kind: 'metadata';
  readonly declaredAs: MetadataInterface;
  /** The keys that lead to the value; empty for all metadata. */
  readonly keys: readonly string[];
  /** `truthy` where `null` and `false` are left out. */
  readonly values: 'all' | 'truthy';
}

interface UnionType {
  readonly kind: 'union';
  readonly members: readonly ClaimType[];
}

const nullType: ClaimType = { kind: 'null' };

/**
 * Returns the type of a value that is always the same. Numbers that JSON cannot express become `null`, as in a token. A text with a lone
 * surrogate is some text, because programs differ in what they make of it.
 */
export function literalType(value: string | number | boolean): ClaimType {
  if (typeof value === 'number' && !Number.isFinite(value)) return nullType;
  if (typeof value === 'string' && !value.isWellFormed()) return { kind: 'string' };
  return { kind: 'literal', value };
}

/** Returns the type of values of any of the types, in a short form: `null` without types. */
export function unionOf(types: readonly ClaimType[]): ClaimType {
  const flat = types.flatMap((type) => (type.kind === 'union' ? type.members : [type]));
  const different = [...new Map(flat.map((type) => [keyOf(type), type])).values()];
  const unknown = different.find(({ kind }) => kind === 'unknown');
  if (unknown !== undefined) return unknown;
  const members = withoutContained(different).toSorted(
    (one, other) => Number(isNull(one)) - Number(isNull(other)),
  );
  const [first = nullType] = members;
  return members.length > 1 ? { kind: 'union', members } : first;
}

const keyOf = (type: ClaimType) =>
  JSON.stringify(type, (_name, value) => (value instanceof Map ? [...value] : value));

/** Leaves out literals whose type is there as well. Both booleans together are that type. */
function withoutContained(types: readonly ClaimType[]): readonly ClaimType[] {
  const literals = types.flatMap((type) => (type.kind === 'literal' ? [type.value] : []));
  const all: readonly ClaimType[] =
    literals.includes(true) && literals.includes(false) ? [...types, { kind: 'boolean' }] : types;
  const kinds = new Set<string>(all.map(({ kind }) => kind));
  return all.filter((type) => type.kind !== 'literal' || !kinds.has(typeof type.value));
}

const isNull = ({ kind }: ClaimType) => kind === 'null';

/**
 * Returns the type of `{{a || b}}` by the types of its operands: the first value that is neither `null` nor `false`, else the last; `null`
 * without operands.
 */
export function firstTruthy(operands: readonly ClaimType[]): ClaimType {
  const results: ClaimType[] = [];
  for (const [index, type] of operands.entries()) {
    if (index === operands.length - 1) return unionOf([...results, type]);
    results.push(...truthyPart(type));
    if (!canBeFalsy(type)) break;
  }
  return unionOf(results);
}

/** Returns the types of the values that are neither `null` nor `false`. */
function truthyPart(type: ClaimType): readonly ClaimType[] {
  if (type.kind === 'union') return type.members.flatMap(truthyPart);
  if (type.kind === 'boolean') return [literalType(true)];
  if (type.kind === 'metadata' && type.keys.length > 0) return [{ ...type, values: 'truthy' }];
  return type.kind === 'null' || isFalse(type) ? [] : [type];
}

function canBeFalsy(type: ClaimType): boolean {
  if (type.kind === 'union') return type.members.some(canBeFalsy);
  if (type.kind === 'metadata') return type.keys.length > 0 && type.values === 'all';
  return ['null', 'boolean', 'unknown'].includes(type.kind) || isFalse(type);
}

const isFalse = (type: ClaimType) => type.kind === 'literal' && type.value === false;
