import { expect, test } from 'vitest';
import { frontendApiHost } from '../../src/clerk/publishable-key.ts';

const encode = (text: string) => Buffer.from(text).toString('base64');

test.each([
  ['pk_test_', 'happy-fox-1.clerk.accounts.dev'],
  ['pk_live_', 'clerk.example.com'],
  ['pk_test_', 'localhost:4000'],
])('a key that begins with %s names the host %s', (prefix, host) => {
  expect(frontendApiHost(prefix + encode(`${host}$`))).toBe(host);
});

test.each([
  '',
  'pk_test_',
  'pk_test_!',
  `pk_other_${encode('clerk.example.com$')}`,
  `sk_test_${encode('clerk.example.com$')}`,
  `pk_test_${encode('clerk.example.com')}`,
  `pk_test_${encode('$')}`,
  `pk_test_${encode('clerk.example.com/path$')}`,
  ` pk_test_${encode('clerk.example.com$')}`,
])('%j names no host', (key) => {
  expect(frontendApiHost(key)).toBeUndefined();
});
