import { expect, test } from 'vitest';
import { formatPath } from '../../../src/local-clerk/data/format-path.ts';

test.each<[PropertyKey[], string]>([
  [[], 'top level'],
  [['users'], 'users'],
  [['users', 0, 'id'], 'users[0].id'],
  [[1, 'name'], '[1].name'],
  [['data', 0, 'claims', 'sub'], 'data[0].claims.sub'],
])('the path %j is written %s', (path, expected) => {
  expect(formatPath(path)).toBe(expected);
});
