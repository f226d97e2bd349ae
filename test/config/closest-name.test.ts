import { expect, test } from 'vitest';
import { closestName } from '../../src/config/closest-name.ts';

const known = ['templates', 'deadline', 'mode', 'cacheKey', 'audit'];

test.each([
  ['template', 'templates'],
  ['tmplats', 'templates'],
  ['tmplat', undefined],
  ['Cachekey', 'cacheKey'],
  ['audti', undefined],
  ['audits', 'audit'],
  ['node', undefined],
  ['mode', 'mode'],
])('takes %s for %s', (name, meant) => {
  expect(closestName(name, known)).toBe(meant);
});

test('measures a name without the prefix that the caller leaves out', () => {
  const withoutPrefix = (name: string) => name.length - 'MINTGATE_'.length;
  expect(closestName('MINTGATE_MODEL', ['MINTGATE_MODE'])).toBe('MINTGATE_MODE');
  expect(closestName('MINTGATE_MODEL', ['MINTGATE_MODE'], withoutPrefix)).toBeUndefined();
});

test('finds nothing among no names', () => {
  expect(closestName('mode', [])).toBeUndefined();
});
