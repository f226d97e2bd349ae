import { describe, expect, test } from 'vitest';
import { templateId, templateSchema } from '../../../src/local-clerk/data/template-schema.ts';
import { schemaProblems } from '../schema-problems.ts';

describe('a JWT template', () => {
  test('needs only a name', () => {
    expect(templateSchema.parse({ name: 'plain' })).toEqual({
      name: 'plain',
      claims: {},
      lifetime: 60,
      allowed_clock_skew: 5,
      signing_algorithm: 'RS256',
    });
  });

  test('may have any name that is one segment of a path', () => {
    expect(schemaProblems(templateSchema, { name: 'Supabase (prod) v1.2' })).toEqual([]);
  });

  test('may declare a custom key that the data do not contain', () => {
    const own = { name: 'own', custom_signing_key: true, signing_algorithm: 'ES256' };
    expect(schemaProblems(templateSchema, own)).toEqual([]);
  });

  test('may have an unusable algorithm as long as it has no custom key', () => {
    expect(schemaProblems(templateSchema, { name: 'a', signing_algorithm: 'XX1' })).toEqual([]);
    const off = { name: 'a', custom_signing_key: false, signing_key: 'not a key' };
    expect(schemaProblems(templateSchema, off)).toEqual([]);
  });

  test.each<[string, object]>([
    ['name: expected 1 to 256 characters without /', { name: 'a/b' }],
    ['name: expected 1 to 256 characters', { name: '' }],
    ['lifetime: ', { lifetime: 29 }],
    ['lifetime: ', { lifetime: 315_360_001 }],
    ['allowed_clock_skew: ', { allowed_clock_skew: 301 }],
    ['claims.sub: expected no reserved claim', { claims: { sub: 'x' } }],
    ['signing_algorithm: expected one of HS256', { custom_signing_key: true, signing_algorithm: 'XX1' }],
    ['signing_key: expected an RSA key', { signing_key: 'not a key' }],
  ])('is refused: %s', (problem, change) => {
    expect(schemaProblems(templateSchema, { name: 'a', ...change })).toEqual([
      expect.stringContaining(problem),
    ]);
  });

  test('is refused for a reserved claim and for its key at once', () => {
    const problems = schemaProblems(templateSchema, { name: 'a', claims: { exp: 1 }, signing_key: 'no key' });
    expect(problems).toEqual([expect.stringContaining('claims.exp'), expect.stringContaining('signing_key')]);
  });

  test('is refused without quoting its key', () => {
    const problems = schemaProblems(templateSchema, { name: 'a', signing_key: 'very secret' });
    expect(problems.join()).not.toContain('very secret');
  });
});

test('the id of a template is derived from its name unless it has one', () => {
  expect(templateId({ name: 'a' })).toBe('jtmp_a');
  expect(templateId({ name: 'a', id: 'jtmp_1' })).toBe('jtmp_1');
});
