import { GraphQLError } from 'graphql';
import { describe, expect, test } from 'vitest';
import {
  errorCode,
  errorCodes,
  errorReason,
  type GatewayErrorCode,
  gatewayError,
  HostConfigurationError,
} from '../src/errors.ts';

const codes: GatewayErrorCode[] = [
  'UNAUTHENTICATED',
  'BAD_USER_INPUT',
  'TEMPLATE_NOT_FOUND',
  'FORBIDDEN',
  'RATE_LIMITED',
  'UPSTREAM_UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
];

describe('gatewayError', () => {
  test.each(codes)('%s has a default message of whole sentences, and a documented meaning', (code) => {
    const error = gatewayError(code);
    expect(error).toBeInstanceOf(GraphQLError);
    expect(error.extensions).toEqual({ code });
    expect(error.message).toMatch(/^[A-Z].*\.$/);
    expect(errorCodes[code]).toMatch(/^[A-Z].*\.$/);
  });

  test('retryAfter is an extension and the header Retry-After', () => {
    expect(gatewayError('RATE_LIMITED', { retryAfter: 10 }).extensions).toEqual({
      code: 'RATE_LIMITED',
      retryAfter: 10,
      http: { headers: { 'retry-after': '10' } },
    });
  });

  test('a message replaces the default one', () => {
    expect(gatewayError('UPSTREAM_UNAVAILABLE', { message: 'Later.' }).message).toBe('Later.');
  });
});

describe('errorReason', () => {
  const error = gatewayError('FORBIDDEN', { reason: 'role is missing' });

  test('is the reason of the details, and no part of the answer', () => {
    expect(errorReason(error)).toBe('role is missing');
    expect(JSON.stringify(error)).not.toContain('role');
  });

  test('is found through the errors that GraphQL wraps around', () => {
    const wrapped = new GraphQLError(error.message, { originalError: error });
    expect(errorReason(new GraphQLError('twice', { originalError: wrapped }))).toBe('role is missing');
  });

  test.each([undefined, null, 'text', new Error('x'), new GraphQLError('x'), gatewayError('FORBIDDEN')])(
    'is undefined for %s',
    (other) => {
      expect(errorReason(other)).toBeUndefined();
    },
  );
});

test('errorCode is INTERNAL_SERVER_ERROR for every value without a code', () => {
  expect(errorCode(gatewayError('FORBIDDEN'))).toBe('FORBIDDEN');
  for (const other of [undefined, 'x', new Error('x'), new GraphQLError('x', { extensions: { code: 5 } })])
    expect(errorCode(other)).toBe('INTERNAL_SERVER_ERROR');
});

test('a HostConfigurationError keeps its name, its message and its cause', () => {
  const cause = new Error('inner');
  const error = new HostConfigurationError('Mount the middleware.', { cause });
  expect([error.name, error.message, error.cause]).toEqual([
    'HostConfigurationError',
    'Mount the middleware.',
    cause,
  ]);
});
