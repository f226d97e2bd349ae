import { expect, test } from 'vitest';
import { findDocumentProblems } from '../../src/config/document-problems.ts';

test('names each document that does not fit the graph, with its first mistake', () => {
  const persistedDocuments = {
    good: '{ session { id } }',
    old: '{ session { email phone } }',
    broken: '{ session {',
    number: 5,
  };
  expect(findDocumentProblems({ persistedDocuments })).toEqual([
    {
      path: 'persistedDocuments.old',
      message: 'expected a document that fits the graph: Cannot query field "email" on type "Session".',
    },
    { path: 'persistedDocuments.broken', message: expect.stringContaining('Syntax Error') },
  ]);
});

test('knows the fields of discovery where it is on', () => {
  const persistedDocuments = { templates: '{ session { tokenTemplates { name } } }' };
  expect(findDocumentProblems({ persistedDocuments })).toHaveLength(1);
  expect(findDocumentProblems({ persistedDocuments, discovery: false })).toHaveLength(1);
  expect(findDocumentProblems({ persistedDocuments, discovery: true })).toEqual([]);
});

test.each([undefined, null, {}, { persistedDocuments: [] }, { persistedDocuments: 'sha256:0' }])(
  'finds nothing in %j',
  (options) => {
    expect(findDocumentProblems(options)).toEqual([]);
  },
);
