import { expect, test } from 'vitest';
import { memoize } from '../../src/opentelemetry/memoize.ts';

test('a value is made once for equal fields, whatever the other fields are', () => {
  const made: object[] = [];
  const memoized = memoize<{ a: string; b?: number | undefined; c?: string }, { of: string }>(
    ['a', 'b'],
    (input) => {
      made.push(input);
      return { of: `${input.a} ${input.b}` };
    },
  );
  const one = memoized.of({ a: 'x', b: 1, c: 'first' });
  expect(memoized.of({ a: 'x', b: 1, c: 'second' })).toBe(one);
  expect([memoized.of({ a: 'x' }), memoized.of({ a: 'x 1' })]).toEqual([
    { of: 'x undefined' },
    { of: 'x 1 undefined' },
  ]);
  expect(memoized.of({ a: 'x', b: 1 })).toBe(one);
  expect(made).toHaveLength(3);
});
