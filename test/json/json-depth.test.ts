import { expect, test } from 'vitest';
import { isWithinJsonDepth, maxJsonDepth } from '../../src/json/json-depth.ts';

/** Nests a value in arrays and objects alternately. */
function nest(levels: number, value: unknown = 1): unknown {
  if (levels === 0) return value;
  const inner = nest(levels - 1, value);
  return levels % 2 === 0 ? [inner] : { inner };
}

test.each([1, 'text', null, true, undefined])('%j has no depth', (value) => {
  expect(isWithinJsonDepth(value, 0)).toBe(true);
});

test.each([1, 2, 5, maxJsonDepth])('%i levels are within a depth of as many, and of no fewer', (levels) => {
  expect(isWithinJsonDepth(nest(levels), levels)).toBe(true);
  expect(isWithinJsonDepth(nest(levels), levels - 1)).toBe(false);
});

test('the deepest branch decides, and the limit is 100 levels by default', () => {
  expect(isWithinJsonDepth([1, nest(98), { a: nest(98) }])).toBe(true);
  expect(isWithinJsonDepth([1, nest(98), { a: nest(99) }])).toBe(false);
});

test('an object without properties counts as one level', () => {
  expect(isWithinJsonDepth({}, 0)).toBe(false);
  expect(isWithinJsonDepth([], 1)).toBe(true);
});
