import { describe, expect, test } from 'vitest';
import {
  creationTime,
  id,
  jsonObject,
  metadata,
  optionalText,
  slugs,
  timestamp,
} from '../../../src/local-clerk/data/fields.ts';
import { schemaProblems } from '../schema-problems.ts';

describe('an id', () => {
  test.each(['user_2abC', 'a', '-', 'x'.repeat(100)])('may be %s', (value) => {
    expect(id.parse(value)).toBe(value);
  });

  test.each(['', 'a/b', 'a.b', 'ä', 'a\n', 'x'.repeat(101)])('must not be %j', (value) => {
    expect(schemaProblems(id, value)).toEqual(['top level: expected 1 to 100 letters, digits, _ or -']);
  });
});

describe('a JSON object', () => {
  test('is returned by reference, with a key named __proto__', () => {
    const value = JSON.parse('{"__proto__": {"a": 1}}');
    expect(jsonObject.parse(value)).toBe(value);
    expect(Object.keys(value)).toEqual(['__proto__']);
  });

  test.each([[null], [[]], [new Date(0)], ['text']])('is not %s', (value) => {
    expect(schemaProblems(jsonObject, value)).toEqual(['top level: expected an object']);
  });

  test('has at most 100 levels', () => {
    const nested = (levels: number): object => (levels === 1 ? {} : { inner: nested(levels - 1) });
    expect(schemaProblems(jsonObject, nested(100))).toEqual([]);
    expect(schemaProblems(jsonObject, nested(101))).toEqual([
      'top level: expected at most 100 levels of nesting',
    ]);
  });
});

test('metadata are an object, and empty for null or nothing', () => {
  expect(metadata.parse({ a: 1 })).toEqual({ a: 1 });
  expect([metadata.parse(null), metadata.parse(undefined)]).toEqual([{}, {}]);
});

test('optional text is null unless given', () => {
  expect([optionalText.parse(undefined), optionalText.parse(null), optionalText.parse('')]).toEqual([
    null,
    null,
    '',
  ]);
});

test.each([-1, 0.5, Number.NaN, '0'])('%s is not a timestamp', (value) => {
  expect(timestamp.safeParse(value).success).toBe(false);
});

test('a slug has no comma, which would split a claim', () => {
  expect(slugs.parse(['free_user', 'a-1'])).toEqual(['free_user', 'a-1']);
  expect(schemaProblems(slugs, ['ok', 'a,b'])).toEqual(['[1]: expected a slug such as reports']);
});

test('creation times follow the order of a list, one second apart', () => {
  expect(creationTime(0)).toBe(Date.UTC(2024, 0, 1));
  expect(creationTime(3) - creationTime(2)).toBe(1000);
});
