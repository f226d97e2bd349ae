import { expect, test } from 'vitest';
import { isTokenHeaderName } from '../../src/subgraphs/token-header-name.ts';

test.each(['authorization', 'x-access-token', 'x_token', 'token.inventory', 'x-secret', 'security-token'])(
  '%s may carry a token',
  (name) => {
    expect(isTokenHeaderName(name)).toBe(true);
  },
);

test.each([
  ...['', 'Authorization', 'x token', 'x-token:', 'x-token\r\nx-admin', 'größe'],
  ...['cookie', 'host', 'content-length', 'origin', 'proxy-authorization', 'forwarded', 'via'],
  ...['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-', 'http2-settings', 'sec-fetch-site', 'sec-gpc'],
  ...['x-mintgate-router-secret', '__proto__'],
])('%j may not carry a token', (name) => {
  expect(isTokenHeaderName(name)).toBe(false);
});
