import { getOperationAST, parse } from 'graphql';
import { expect, test } from 'vitest';
import { rootFields } from '../../../src/http/documents/root-fields.ts';

function namesIn(source: string, operationName?: string): string[] {
  const document = parse(source);
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new Error('expected an operation');
  return rootFields(document, operation).map(({ name }) => name.value);
}

test.each<[string, string[]]>([
  ['{ a b { c } }', ['a', 'b']],
  ['{ alias: a }', ['a']],
  ['{ ... { a ... on Query { b { c } } } }', ['a', 'b']],
  ['{ ...F a } fragment F on Query { b ...G } fragment G on Query { c }', ['b', 'c', 'a']],
  ['{ ...F ...F } fragment F on Query { a }', ['a']],
  ['{ ...F } fragment F on Query { a ...F }', ['a']],
  ['{ ...Unknown a }', ['a']],
])('the root fields of %s are %j', (source, names) => {
  expect(namesIn(source)).toEqual(names);
});

test('only the fields of the given operation count', () => {
  expect(namesIn('query A { a } query B { b }', 'B')).toEqual(['b']);
});
