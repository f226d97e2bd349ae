import { describe, expect, test } from 'vitest';
import {
  typeOfClaim,
  typeOfClaims,
  typeOfFixedClaims,
  typeOfShortcode,
  unknownShortcodes,
} from '../../../src/cli/types/type-of-claims.ts';
import { typeText } from '../../../src/cli/types/typescript.ts';
import { defaultClaims } from '../../../src/jwt-templates/default-claims.ts';

describe('the type of a claim', () => {
  test.each<[unknown, string]>([
    ['reports', "'reports'"],
    [30, '30'],
    [true, 'true'],
    [null, 'null'],
    [[], '[]'],
    [['user', 1, null], "['user', 1, null]"],
    [{}, '{}'],
    ['{{user.id}}', 'string'],
    ['{{user.first_name}}', 'string | null'],
    ['{{user.created_at}}', 'number'],
    ['{{user.two_factor_enabled}}', 'boolean'],
    ['{{user.public_metadata}}', 'Metadata<UserPublicMetadata>'],
    ['{{user.public_metadata.a.b}}', "MetadataAt<UserPublicMetadata, ['a', 'b']>"],
    ['{{org.public_metadata}}', 'Metadata<OrganizationPublicMetadata> | null'],
    ['{{org_membership.permissions}}', 'string[] | null'],
    ['{{user.organizations}}', 'unknown'],
    ['{{user.nothing}}', 'unknown'],
    ['{{user.id | user.id}}', 'unknown'],
    ['{{}}', 'unknown'],
    ["{{user.nothing || 'a'}}", 'unknown'],
    ['{{user.id || user.nothing}}', 'string'],
    ["{{''}}", "''"],
    ['Hi {{user.first_name}}', 'string'],
    ['{{user.id}}{{user.id}}', 'string'],
    ['not {{ a shortcode', "'not {{ a shortcode'"],
    ["{{user.username || user.first_name || 'nobody' || 30}}", 'string'],
    ['{{user.email_verified || user.phone_number_verified}}', 'boolean'],
    ['{{user.username || 30}}', 'string | 30'],
    ['{{org.id || user.nothing}}', 'unknown'],
  ])('%j', (claim, text) => {
    expect(typeText(typeOfClaim(claim))).toBe(text);
  });

  test('is that of an actor, with its id and any other claims', () => {
    expect(typeText(typeOfClaim('{{session.actor}}'))).toBe(
      '{\n  sub: string;\n  [claim: string]: unknown;\n} | null',
    );
  });
});

test('claims are sorted by their names, at any depth, and keep odd names', () => {
  const claims = JSON.parse('{"b":1,"a":{"z":1,"y-y":2},"__proto__":3,"{{user.id}}":4}');
  expect(typeText(typeOfClaims(claims))).toBe(
    "{\n  '__proto__': 3;\n  a: {\n    'y-y': 2;\n    z: 1;\n  };\n  b: 1;\n  '{{user.id}}': 4;\n}",
  );
});

test('a name with a lone surrogate is one of any other claims', () => {
  expect(typeOfClaims({ a: 1, 'b\ud800': 2 })).toEqual({
    kind: 'object',
    properties: new Map([['a', { type: { kind: 'literal', value: 1 } }]]),
    others: 'any',
  });
});

test('fixed claims have their descriptions, and may be absent', () => {
  const text = typeText(typeOfFixedClaims(defaultClaims));
  expect(text).toContain(`/** ${defaultClaims.azp.description} */\n  azp?: string;\n`);
  expect(text).toContain('  exp: number;\n');
});

test('a value in metadata of an organization is null without an organization, whatever is declared', () => {
  const type = typeOfShortcode({ shortcode: 'org.public_metadata', keys: ['tier'] });
  expect(typeText(type)).toBe("MetadataAt<OrganizationPublicMetadata, ['tier']> | null");
});

test('unknown shortcodes and malformed expressions are found at any depth, each once', () => {
  const claims = {
    a: '{{user.nothing}} {{user.id}}',
    b: [{ c: '{{user.nothing || user.public_metadata.x}}' }, '{{a | b}}', 3, null],
    '{{key}}': 'plain',
  };
  expect(unknownShortcodes(claims)).toEqual(['a | b', 'user.nothing']);
  expect(unknownShortcodes(`{{user.id | 'a text' "another"}}`)).toEqual(["user.id | '...' '...'"]);
});
