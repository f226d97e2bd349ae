import { expect, test } from 'vitest';
import { boundedMethod } from '../../src/telemetry/http-method.ts';

test('a method that HTTP defines is kept; every other text becomes _OTHER', () => {
  const methods = ['GET', 'POST', 'PATCH', 'get', 'PROPFIND', 'user_ada', ''];
  expect(methods.map(boundedMethod)).toEqual(['GET', 'POST', 'PATCH', ...Array(4).fill('_OTHER')]);
});
