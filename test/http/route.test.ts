import { expect, test } from 'vitest';
import { routeOf } from '../../src/http/route.ts';

test('the route of the coprocessor does not have its secret', () => {
  for (const end of ['a-secret', 'a-secret/x', ''])
    expect(routeOf(`/coprocessor/apollo/${end}`, '/graphql')).toBe('/coprocessor/apollo/{secret}');
  expect(routeOf('/coprocessor/apollo', '/graphql')).toBeUndefined();
});

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
