import { expect, test } from 'vitest';
import { writeJsonSchema } from '../../../src/cli/types/json-schema.ts';
import { staleDefinitions, staleTemplates } from '../../../src/cli/types/stale-templates.ts';
import { typesOfTemplates } from '../../../src/cli/types/template-types.ts';
import { type Registration, writeTypeScript } from '../../../src/cli/types/typescript.ts';

function typesOf(templates: Record<string, object>) {
  const selected = Object.entries(templates).map(([name, claims]) => {
    return { kind: 'template', name, claims } as const;
  });
  return typesOfTemplates(selected);
}

const write = (templates: Record<string, object>, registration: Registration = 'register') =>
  writeTypeScript(typesOf(templates), registration);

const before = write({ a: { id: '{{user.id}}', nested: { on: true } }, 'b-c': {}, d: {} });

test('a file is compared by its templates', () => {
  const after = write({ a: { id: '{{user.id}}', nested: { on: false } }, 'b-c': {}, e: {} });
  expect(staleTemplates(before, after)).toEqual([
    'template a has changed',
    'template d is gone',
    'template e is missing',
  ]);
});

test('an equal file, one without the registration, and one with another comment have the same templates', () => {
  expect(staleTemplates(before, before)).toEqual([]);
  const templates = { a: { id: '{{user.id}}' } };
  const other = write(templates, 'no-register').replace(/^\/\/.*/, '// Another comment');
  expect(staleTemplates(other, write(templates))).toEqual([]);
});

test('a change of the claims that Clerk adds is named', () => {
  const old = before.replace('  azp?: string;\n', '');
  expect(staleTemplates(old, before)).toEqual(['DefaultClaims has changed']);
});

test('a file of another kind has none of the templates', () => {
  expect(staleTemplates('export const a = 1;\n', write({ a: {} }))).toEqual([
    'DefaultClaims is missing',
    'template a is missing',
  ]);
});

test('an interface without the claims that Clerk adds has changed', () => {
  const old = before.replace('AClaims extends DefaultClaims', 'AClaims');
  expect(staleTemplates(old, before)).toEqual(['template a has changed']);
});

test('a JSON Schema is compared by its definitions', () => {
  const schema = (templates: Record<string, object>) => writeJsonSchema(typesOf(templates));
  const old = schema({ a: { id: '{{user.id}}' }, b: {}, d: {} });
  const current = schema({ a: { id: '{{user.created_at}}' }, b: {}, e: {} });
  expect(staleDefinitions(old, current)).toEqual([
    'template a has changed',
    'template d is gone',
    'template e is missing',
  ]);
  expect(staleDefinitions(old, old)).toEqual([]);
  expect(staleDefinitions(old.replace('json-schema.org', 'example.org'), old)).toEqual([]);
  for (const other of ['{', '[]', '{"$defs":1}', '']) {
    expect(staleDefinitions(other, schema({ a: {} }))).toEqual(['template a is missing']);
  }
  const odd = JSON.stringify({ $defs: { 'a\u001b[31m\n': {} } });
  expect(staleDefinitions(odd, schema({}))).toEqual(['template a\\u001b[31m\\n is gone']);
});
