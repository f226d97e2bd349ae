import { expect, test } from 'vitest';
import { attributesOf } from '../../src/opentelemetry/attributes.ts';

test('attributes without a value are left out; 0 and an empty text are values', () => {
  expect(attributesOf({ a: 'x', b: undefined, c: 0, d: '' })).toEqual({ a: 'x', c: 0, d: '' });
});
