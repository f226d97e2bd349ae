import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { isPlainObject } from '../../src/json/is-plain-object.ts';

test.each([
  ['an empty object', {}],
  ['an object without a prototype', Object.create(null)],
  ['an object of another realm', runInNewContext('({})')],
  ['a key named __proto__', JSON.parse('{"__proto__": 1}')],
])('%s is a plain object', (_name, value) => {
  expect(isPlainObject(value)).toBe(true);
});

test.each([
  ['null', null],
  ['an array', []],
  ['text', 'text'],
  ['a date', new Date(0)],
  ['a map', new Map()],
  ['an instance of a class', new (class Point {})()],
  ['a function', () => {}],
  ['undefined', undefined],
])('%s is not a plain object', (_name, value) => {
  expect(isPlainObject(value)).toBe(false);
});
