import { expect, test } from 'vitest';
import { unref } from '../../src/time/unref.ts';

test('a timer of Node.js no longer keeps the process alive', () => {
  const timer = setTimeout(() => {}, 60_000);
  expect(timer.hasRef()).toBe(true);
  unref(timer);
  expect(timer.hasRef()).toBe(false);
  clearTimeout(timer);
});

test.each([7, {}])('a timer without unref, such as %j, is left alone', (timer) => {
  expect(() => unref(timer)).not.toThrow();
});
