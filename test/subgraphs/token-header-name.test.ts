import { expect, test } from 'vitest';
import { isTokenHeaderName } from '../../src/subgraphs/token-header-name.ts';

test.each(['authorization', 'x-access-token', 'x_token', 'token.inventory'])(
  '%s may carry a token',
  (name) => {
    expect(isTokenHeaderName(name)).toBe(true);
  },
);

test.each([
  ...['', 'Authorization', 'x token', 'x-token:', 'x-token\r\nx-admin', 'größe'],
  ...['cookie', 'host', 'content-length', 'origin', 'proxy-authorization'],
])('%j may not carry a token', (name) => {
  expect(isTokenHeaderName(name)).toBe(false);
});
