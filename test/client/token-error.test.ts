import { expect, expectTypeOf, test } from 'vitest';
import { TokenError, type TokenErrorCode } from '../../src/client/index.ts';
import { asTokenError } from '../../src/client/token-error.ts';
import type { GatewayErrorCode, TransportErrorCode } from '../../src/index.ts';

test('a token error has every code that the gateway has, and four more', () => {
  type Own = 'NETWORK_ERROR' | 'ABORTED' | 'DISPOSED' | 'SESSION_CHANGED';
  expectTypeOf<TokenErrorCode>().toEqualTypeOf<GatewayErrorCode | TransportErrorCode | Own>();
});

test('a token error has its name, code, retryAfter and cause', () => {
  const cause = new Error('failed');
  const error = new TokenError('RATE_LIMITED', 'text', { retryAfter: 5, cause });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: 'TokenError',
    code: 'RATE_LIMITED',
    message: 'text',
    retryAfter: 5,
    cause,
  });
  expect(new TokenError('FORBIDDEN', 'text').retryAfter).toBeUndefined();
});

test('asTokenError returns a token error itself, and any other value as the cause of one', () => {
  const error = new TokenError('FORBIDDEN', 'text');
  expect(asTokenError(error)).toBe(error);
  expect(asTokenError('offline')).toMatchObject({ code: 'NETWORK_ERROR', cause: 'offline' });
});
