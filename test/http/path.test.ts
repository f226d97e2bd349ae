import { expect, test } from 'vitest';
import { pathOf } from '../../src/http/path.ts';

test.each([
  ['https://x.example/graphql', '/graphql'],
  ['https://x.example/graphql?a=/b#c', '/graphql'],
  ['https://x.example/graphql#a?b', '/graphql'],
  ['https://x.example', '/'],
  ['https://x.example?a=/b', '/'],
  ['https://x.example#/a', '/'],
  ['http://[::1]:8080/a/', '/a/'],
  ['/graphql', '/graphql'],
  ['/graphql?a://b/c', '/graphql'],
  ['//graphql', '//graphql'],
  ['/%67raphql', '/%67raphql'],
])('the path of %s is %s', (url, path) => {
  expect(pathOf(url)).toBe(path);
});
