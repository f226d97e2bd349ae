import { expect, test } from 'vitest';
import { routeOf } from '../../src/http/route.ts';

test('a path of the gateway is a route; every other text is none', () => {
  const paths = [
    '/api/tokens',
    '/health',
    '/ready',
    '/webhooks/clerk',
    '/token',
    '/graphql',
    '/user_ada',
    '',
  ];
  expect(paths.map((path) => routeOf(path, '/api/tokens'))).toEqual([
    ...paths.slice(0, 5),
    ...Array(3).fill(undefined),
  ]);
});
