import { expect, test } from 'vitest';
import { errorCodes, gatewayError, HostConfigurationError } from '../../../src/errors.ts';
import { BodyError } from '../../../src/http/body/read-body.ts';
import {
  ExchangeError,
  invalidRequest,
  toExchangeError,
} from '../../../src/http/token-exchange/exchange-error.ts';

test.each([
  ['UNAUTHENTICATED', 400, 'invalid_request'],
  ['FORBIDDEN', 400, 'invalid_request'],
  ['TEMPLATE_NOT_FOUND', 400, 'invalid_target'],
  ['RATE_LIMITED', 429, 'temporarily_unavailable'],
  ['UPSTREAM_UNAVAILABLE', 503, 'temporarily_unavailable'],
  ['INTERNAL_SERVER_ERROR', 500, 'server_error'],
  ['BAD_USER_INPUT', 500, 'server_error'],
] as const)('E07 %s is answered with %i %s', (code, status, error) => {
  const refused = gatewayError(code, { message: 'a "text" of the engine', reason: 'a secret' });
  expect(toExchangeError(refused)).toMatchObject({ status, code: error });
  expect(toExchangeError(refused).message).not.toMatch(/engine|secret/);
});

test('an error of the exchange stays as it is, and others are masked', () => {
  const own = invalidRequest('The parameter audience is missing.');
  expect(toExchangeError(own)).toBe(own);
  expect([own.status, own.code, invalidRequest('x', 415).status]).toEqual([400, 'invalid_request', 415]);
  expect(toExchangeError(new Error('secret'))).toMatchObject({ status: 500, message: 'Unexpected error.' });
  expect(toExchangeError(undefined)).toBeInstanceOf(ExchangeError);
});

test('E07 a refused body keeps its status and its message', () => {
  const { status, code, message } = toExchangeError(new BodyError(411, 'no length'));
  expect([status, code, message]).toEqual([411, 'invalid_request', 'no length']);
});

test('E07 an error that ends by itself has Retry-After, and no other has', () => {
  const headersOf = (...error: Parameters<typeof gatewayError>) =>
    toExchangeError(gatewayError(...error)).headers;
  expect(headersOf('RATE_LIMITED', { retryAfter: 7 })).toEqual({ 'retry-after': '7' });
  expect(headersOf('UPSTREAM_UNAVAILABLE')).toEqual({ 'retry-after': '5' });
  expect(headersOf('FORBIDDEN')).toEqual({});
  expect(invalidRequest('x', 405, { allow: 'POST' }).headers).toEqual({ allow: 'POST' });
});

test('a mistake in the host is named', () => {
  const { status, message } = toExchangeError(new HostConfigurationError('mount it elsewhere'));
  expect([status, message]).toEqual([500, 'mount it elsewhere']);
});

test('every description has only characters that RFC 6749 allows', () => {
  for (const code of Object.keys(errorCodes)) {
    const { message } = toExchangeError(gatewayError(code as 'FORBIDDEN'));
    expect(message).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
  }
});
