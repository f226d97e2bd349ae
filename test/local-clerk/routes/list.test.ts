import { describe, expect, test } from 'vitest';
import { newestFirst, orderBy, pageOf, passesSignedFilter } from '../../../src/local-clerk/routes/list.ts';

test.each([
  [2, 0, [1, 2]],
  [2, 2, [3]],
  [500, 0, [1, 2, 3]],
  [1, 9, []],
])('a page of %d from %d has %j', (limit, offset, expected) => {
  expect(pageOf([1, 2, 3], { limit, offset })).toEqual(expected);
});

test('the newest item comes first, and among equal ones the later in the data', () => {
  const items = [
    { name: 'old', created_at: 1 },
    { name: 'first', created_at: 2 },
    { name: 'second', created_at: 2 },
  ];
  expect(newestFirst(items).map(({ name }) => name)).toEqual(['second', 'first', 'old']);
  expect(items[0]?.name).toBe('old');
});

describe('a filter of signed values', () => {
  test.each<[string[] | undefined, string[], boolean]>([
    [undefined, ['a'], true],
    [[], ['a'], true],
    [['a'], ['a'], true],
    [['+a'], ['a'], true],
    [['a', 'b'], ['b'], true],
    [['a'], ['b'], false],
    [['-a'], ['a'], false],
    [['-a'], ['b'], true],
    [['a', '-b'], ['a', 'b'], false],
    [['a', '-b'], ['a'], true],
  ])('%j of %j is %s', (filter, values, expected) => {
    expect(passesSignedFilter(filter, (value) => values.includes(value))).toBe(expected);
  });
});

describe('sorting', () => {
  const items = [{ name: 'b' }, { name: null }, { name: 'a' }, { name: 'c' }];
  const sorted = (order: string) => orderBy(items, order, ({ name }) => name).map(({ name }) => name);

  test('is ascending for a plain or a positive field, and descending for a negative one', () => {
    expect(sorted('name')).toEqual(['a', 'b', 'c', null]);
    expect(sorted('+name')).toEqual(['a', 'b', 'c', null]);
    expect(sorted('-name')).toEqual(['c', 'b', 'a', null]);
  });

  test('keeps the order of items with equal values', () => {
    expect(orderBy(items, '-name', () => 1)).toEqual(items);
  });

  test('passes the field without its sign', () => {
    const fields = new Set<string>();
    orderBy(items, '-name', (_item, field) => fields.add(field).size);
    expect([...fields]).toEqual(['name']);
  });
});
