import { expect, test } from 'vitest';
import { demoData } from '../../../src/local-clerk/data/demo-data.ts';
import { parseTemplates } from '../../../src/local-clerk/data/parse-templates.ts';

test('names and claims are read from a list, a page and data, and other fields are not checked', () => {
  const list = [{ object: 'jwt_template', name: 'a b/c', claims: { sid: 1 }, lifetime: 1 }, { name: 'b' }];
  const templates = [
    { name: 'a b/c', claims: { sid: 1 } },
    { name: 'b', claims: {} },
  ];
  expect(parseTemplates(list)).toEqual({ jwt_templates: templates, firebase_integration: null });
  expect(parseTemplates({ data: list, total_count: 2 }).jwt_templates).toEqual(templates);
  expect(parseTemplates({ jwt_templates: list, users: 'none' })).toEqual({ jwt_templates: templates });
  expect(parseTemplates({})).toEqual({ jwt_templates: [] });
  expect(parseTemplates(demoData()).firebase_integration).toHaveProperty('client_email');
});

test.each<[unknown, string]>([
  [[{ object: 'user', name: 'a' }], 'an object of type "user"'],
  [[{ claims: {} }], '[0].name: '],
  [{ data: [{ name: 'a', claims: 'b' }] }, 'data[0].claims: expected an object'],
  [
    { jwt_templates: [{ name: 'a\u001b\n' }, { name: 'a\u001b\n' }] },
    'invalid:\n  jwt_templates[1].name: expected another name than that of an earlier template',
  ],
  ['text', 'The data for the local Clerk are invalid:'],
])('%j is refused, with the place', (json, message) => {
  expect(() => parseTemplates(json)).toThrow(message);
});
