import { describe, expect, test } from 'vitest';
import { knownPolicyNames, longestLifetime, objectError, templates } from '../../src/config/policy-schema.ts';

const issuesOf = (value: unknown) => templates.schema.safeParse(value).error?.issues ?? [];

describe('templates', () => {
  test.each([
    ['a star', '*'],
    ['names', ['hasura', 'nhost']],
    ['default policies', { hasura: {} }],
    ['the longest lifetime', { a: { lifetime: longestLifetime, maxLifetime: longestLifetime } }],
    ['a requirement without organization', { a: { requires: { plan: 'user:pro' } } }],
    ['a role with its claim', { a: { requires: { role: 'org:admin' }, organizationClaim: ['a', 'b'] } }],
  ])('may be %s', (_what, value) => {
    expect(issuesOf(value)).toEqual([]);
    expect(templates.schema.parse(value)).toEqual(value);
  });

  test.each([
    ['nothing', undefined],
    ['no name', []],
    ['no policy', {}],
    ['a name', 'hasura'],
    ['a lifetime above the default of maxLifetime', { a: { lifetime: 3_601 } }],
    ['a role without the claim', { a: { requires: { role: 'org:admin' } } }],
    ['the name __proto__', JSON.parse('{"__proto__": {}, "a": {}}')],
    ['an unknown property', { a: { maxLifetimes: 1 } }],
    ['a requirement that requires nothing', { a: { requires: { role: undefined } } }],
  ])('may not be %s', (_what, value) => {
    expect(issuesOf(value).length).toBeGreaterThan(0);
  });

  test('are read from text as names, or as a star', () => {
    expect([templates.fromText.parse('*'), templates.fromText.parse('a, b')]).toEqual(['*', ['a', 'b']]);
  });
});

test('knownPolicyNames returns the properties of a policy and of its requirement', () => {
  expect(knownPolicyNames(['templates', 'hasura'])).toContain('maxLifetime');
  expect(knownPolicyNames(['templates', 'hasura', 'requires'])).toContain('role');
  expect([knownPolicyNames(['templates']), knownPolicyNames(['templates', 'a', 'allow'])]).toEqual([[], []]);
});

test('objectError returns an error for values of another type only', () => {
  const error = objectError('expected an object');
  expect([error({ code: 'invalid_type' }), error({ code: 'unrecognized_keys' })]).toEqual([
    'expected an object',
    undefined,
  ]);
});
