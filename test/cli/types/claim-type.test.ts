import { describe, expect, test } from 'vitest';
import { type ClaimType, firstTruthy, literalType, unionOf } from '../../../src/cli/types/claim-type.ts';
import { typeText } from '../../../src/cli/types/typescript.ts';

const string: ClaimType = { kind: 'string' };
const number: ClaimType = { kind: 'number' };
const boolean: ClaimType = { kind: 'boolean' };
const nothing: ClaimType = { kind: 'null' };
const unknown: ClaimType = { kind: 'unknown' };
const locale: ClaimType = {
  ...{ kind: 'metadata', declaredAs: 'UserPublicMetadata', keys: ['locale'], values: 'all' },
};
const metadata: ClaimType = { ...locale, keys: [] };
const nullable = unionOf([string, nothing]);

describe('literalType', () => {
  test('keeps a value', () => {
    expect(literalType('a')).toEqual({ kind: 'literal', value: 'a' });
    expect(literalType(false)).toEqual({ kind: 'literal', value: false });
  });

  test('gives the value that a token has', () => {
    expect(literalType(Number.POSITIVE_INFINITY)).toEqual(nothing);
    expect(literalType('a\ud800')).toEqual(string);
  });
});

describe('unionOf', () => {
  test.each<[string, ClaimType[], string]>([
    ['no types', [], 'null'],
    ['one type', [string], 'string'],
    ['equal types', [string, string], 'string'],
    ['null and others, with null last', [nothing, string], 'string | null'],
    ['unions', [nullable, unionOf([number, nothing])], 'string | number | null'],
    ['a literal and its type', [literalType('a'), string, literalType(1)], 'string | 1'],
    ['both booleans', [literalType(true), literalType(false), nothing], 'boolean | null'],
    ['one boolean', [literalType(true), nothing], 'true | null'],
    ['unknown and others', [string, unknown, nothing], 'unknown'],
    ['equal literals', [literalType('a'), literalType('a')], "'a'"],
  ])('of %s', (_of, types, text) => {
    expect(typeText(unionOf(types))).toBe(text);
  });

  test('keeps objects with different properties apart', () => {
    const objects = ['a', 'b'].map((name): ClaimType => {
      return { kind: 'object', properties: new Map([[name, { type: string }]]), others: 'none' };
    });
    expect(unionOf(objects)).toMatchObject({ kind: 'union', members: objects });
  });
});

describe('firstTruthy, the type of a conditional expression,', () => {
  test.each<[string, ClaimType[], string]>([
    ['without operands', [], 'null'],
    ['of one operand', [nullable], 'string | null'],
    ['of an operand that can be null', [nullable, literalType(30)], 'string | 30'],
    ['of an operand that is never null', [string, literalType(30)], 'string'],
    ['of a flag', [boolean, literalType('no')], "true | 'no'"],
    ['of two flags', [boolean, boolean], 'boolean'],
    ['that can end with null', [nullable, unionOf([number, nothing])], 'string | number | null'],
    ['of null first', [nothing, literalType('a')], "'a'"],
    ['of false first', [literalType(false), literalType('a')], "'a'"],
    ['of false last', [nullable, literalType(false)], 'string | false'],
    ['of an unknown value', [unknown, literalType('a')], 'unknown'],
    ['of all metadata', [metadata, literalType('a')], 'Metadata<UserPublicMetadata>'],
    [
      'of a value in metadata',
      [locale, literalType('en')],
      "Exclude<MetadataAt<UserPublicMetadata, ['locale']>, null | false> | 'en'",
    ],
  ])('%s', (_of, operands, text) => {
    expect(typeText(firstTruthy(operands))).toBe(text);
  });
});
