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

test.each([undefined, null, {}, { persistedDocuments: [] }, { persistedDocuments: 'sha256:0' }])(
  'finds nothing in %j',
  (options) => {
    expect(findDocumentProblems(options)).toEqual([]);
  },
);
