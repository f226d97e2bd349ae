import { expect, test } from 'vitest';
import { frontendApiHost, publishableKeyFor } from '../../src/local-clerk/frontend-api.ts';

test.each([
  ['127.0.0.1', '127.0.0.1:80'],
  ['127.8.9.10', '127.8.9.10:80'],
  ['localhost', '127.0.0.1:80'],
  ['::1', '127.0.0.1:80'],
])('the Frontend API of %s is %s', (host, expected) => {
  expect(frontendApiHost(host, 80)).toBe(expected);
});

test('a publishable key encodes the Frontend API', () => {
  const key = publishableKeyFor('127.0.0.1:80');
  expect(key).toMatch(/^pk_test_/);
  expect(atob(key.replace('pk_test_', ''))).toBe('127.0.0.1:80$');
});
