import { expect, test } from 'vitest';
import { staleTemplates } from '../../../src/cli/types/stale-templates.ts';
import { typesOfTemplates } from '../../../src/cli/types/template-types.ts';
import { type Registration, writeTypeScript } from '../../../src/cli/types/typescript.ts';

function write(templates: Record<string, object>, registration: Registration = 'register'): string {
  const selected = Object.entries(templates).map(([name, claims]) => {
    return { kind: 'template', name, claims } as const;
  });
  return writeTypeScript(typesOfTemplates(selected), registration);
}

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
