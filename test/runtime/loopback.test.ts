import { describe, expect, test } from 'vitest';
import { isLoopback, isLoopbackAuthority } from '../../src/runtime/loopback.ts';

describe('a host name', () => {
  test.each(['localhost', 'LOCALHOST', '127.0.0.1', '127.255.255.254', '::1', '[::1]'])(
    '%s is loopback',
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );

  test.each([
    '',
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '128.0.0.1',
    '127.0.0.1.example.com',
    'localhost.example.com',
    '127.1',
    '127.0.0',
    '127.0.0.01',
    '127.0.0.256',
    '127.0.0.1.1',
  ])('%j is not loopback', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});

describe('a Host header', () => {
  test.each(['localhost', 'localhost:4000', '127.0.0.1:80', '[::1]:4000', '[::1]'])(
    '%s names loopback',
    (authority) => {
      expect(isLoopbackAuthority(authority)).toBe(true);
    },
  );

  test.each(['example.com:4000', 'localhost:4000:1', 'localhost:port', '127.0.0.1@example.com', ''])(
    '%j does not name loopback',
    (authority) => {
      expect(isLoopbackAuthority(authority)).toBe(false);
    },
  );
});
