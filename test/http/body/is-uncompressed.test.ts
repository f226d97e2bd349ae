import { expect, test } from 'vitest';
import { isUncompressed } from '../../../src/http/body/is-uncompressed.ts';

test.each([
  [{}, true],
  [{ 'content-encoding': '' }, true],
  [{ 'content-encoding': 'Identity' }, true],
  [{ 'content-encoding': 'gzip' }, false],
  [{ 'content-encoding': 'br' }, false],
  [{ 'content-encoding': 'identity, gzip' }, false],
])('%j: %j', (headers: Record<string, string>, expected) => {
  expect(isUncompressed(new Headers(headers))).toBe(expected);
});
