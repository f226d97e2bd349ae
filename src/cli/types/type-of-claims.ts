import { isPlainObject } from '../../json/is-plain-object.ts';
import { type Expression, type Operand, parseClaimText } from '../../jwt-templates/claim-text.ts';
import type { FixedClaim } from '../../jwt-templates/default-claims.ts';
import {
  type FoundShortcode,
  findShortcode,
  type Shortcode,
  shortcodes,
} from '../../jwt-templates/shortcodes.ts';
import { type ClaimType, firstTruthy, literalType, type ObjectType, unionOf } from './claim-type.ts';
import { compareText } from './compare-text.ts';

/** Returns the type of a claim in a template: of a value with shortcodes, at any depth. */
export function typeOfClaim(claim: unknown): ClaimType {
  if (typeof claim === 'string') return typeOfText(claim);
  if (typeof claim === 'number' || typeof claim === 'boolean') return literalType(claim);
  if (Array.isArray(claim)) return { kind: 'tuple', items: claim.map(typeOfClaim) };
  return isPlainObject(claim) ? typeOfClaims(claim) : { kind: 'null' };
}

/** Returns the type of the claims of a template, sorted by their names. A claim whose name has a lone surrogate is one of any others. */
export function typeOfClaims(claims: object): ObjectType {
  const entries = Object.entries(claims);
  const properties = entries
    .filter(([name]) => name.isWellFormed())
    .sort(([one], [other]) => compareText(one, other))
    .map(([name, claim]) => [name, { type: typeOfClaim(claim) }] as const);
  const others = entries.length > properties.length ? 'any' : 'none';
  return { kind: 'object', properties: new Map(properties), others };
}

/** Returns the type of claims that no template can set. */
export function typeOfFixedClaims(claims: Readonly<Record<string, FixedClaim>>): ObjectType {
  const properties = Object.entries(claims).map(
    ([name, { type, presence, description }]) =>
      [name, { type: { kind: type }, presence, description }] as const,
  );
  return { kind: 'object', properties: new Map(properties), others: 'none' };
}

function typeOfText(text: string): ClaimType {
  const parsed = parseClaimText(text);
  if (parsed.kind === 'expression') return typeOfExpression(parsed.expression);
  return parsed.parts.every((part) => typeof part === 'string') ? literalType(text) : { kind: 'string' };
}

// Clerk gives null for an expression that it does not know, but may know it later: a type of null would then refuse valid tokens.
const unknownType: ClaimType = { kind: 'unknown' };

function typeOfExpression({ operands }: Expression): ClaimType {
  return operands.length === 0 ? unknownType : firstTruthy(operands.map(typeOfOperand));
}

function typeOfOperand(operand: Operand): ClaimType {
  if (operand.kind === 'literal') return literalType(operand.value);
  const found = findShortcode(operand.path);
  return found === undefined ? unknownType : typeOfShortcode(found);
}

/** Returns the type of a shortcode's value, or of a value in metadata. */
export function typeOfShortcode({ shortcode, keys }: FoundShortcode): ClaimType {
  const entry: Shortcode = shortcodes[shortcode];
  const type = valueTypeOf(entry, keys);
  return entry.nullWhen === undefined ? type : unionOf([type, { kind: 'null' }]);
}

function valueTypeOf(entry: Shortcode, keys: readonly string[]): ClaimType {
  switch (entry.type) {
    case 'metadata':
      return { kind: 'metadata', declaredAs: entry.declaredAs, keys, values: 'all' };
    case 'strings':
      return { kind: 'list', items: { kind: 'string' } };
    case 'actor':
      return {
        kind: 'object',
        properties: new Map([['sub', { type: { kind: 'string' } }]]),
        others: 'any',
      };
    default:
      return { kind: entry.type };
  }
}

/**
 * Returns the expressions in the claims of a template whose value is not known: malformed ones, and those with a shortcode that is not
 * known. Each is named once, without its braces and without the texts that it quotes.
 */
export function unknownShortcodes(claims: unknown): string[] {
  return [...new Set(expressionsOf(claims).flatMap(unknownPartsOf))].sort(compareText);
}

function unknownPartsOf({ source, operands }: Expression): string[] {
  if (operands.length === 0) return [source.trim().replace(/'[^']*'|"[^"]*"/g, "'...'")];
  return operands.flatMap((operand) =>
    operand.kind === 'shortcode' && findShortcode(operand.path) === undefined ? [operand.path] : [],
  );
}

function expressionsOf(claim: unknown): Expression[] {
  if (typeof claim !== 'string') {
    return typeof claim === 'object' && claim !== null ? Object.values(claim).flatMap(expressionsOf) : [];
  }
  const parsed = parseClaimText(claim);
  if (parsed.kind === 'expression') return [parsed.expression];
  return parsed.parts.filter((part) => typeof part !== 'string');
}
