import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { isPromise } from '../../src/time/maybe-promise.ts';

test('a promise of any realm is a promise', () => {
  expect(isPromise(Promise.resolve(1))).toBe(true);
  expect(isPromise(runInNewContext('Promise.resolve(1)'))).toBe(true);
});

test('a value is not a promise', () => {
  for (const value of [undefined, null, 0, '', {}, []]) expect(isPromise(value)).toBe(false);
});
