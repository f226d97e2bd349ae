import { expect, test } from 'vitest';
import { remember } from '../../src/opentelemetry/remembered.ts';

test('a value is made once for equal fields, whatever the other fields are', () => {
  const made: object[] = [];
  const remembered = remember<{ a: string; b?: number | undefined; c?: string }, { of: string }>(
    ['a', 'b'],
    (input) => {
      made.push(input);
      return { of: `${input.a} ${input.b}` };
    },
  );
  const one = remembered.of({ a: 'x', b: 1, c: 'first' });
  expect(remembered.of({ a: 'x', b: 1, c: 'second' })).toBe(one);
  expect([remembered.of({ a: 'x' }), remembered.of({ a: 'x 1' })]).toEqual([
    { of: 'x undefined' },
    { of: 'x 1 undefined' },
  ]);
  expect(remembered.of({ a: 'x', b: 1 })).toBe(one);
  expect(made).toHaveLength(3);
});
