import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { requestError, toErrorBody } from '../../src/http/request-error.ts';

test('a request error has its status for HTTP and a code, BAD_REQUEST by default', () => {
  const error = requestError(415, 'The body is compressed.');
  expect(error).toBeInstanceOf(GraphQLError);
  expect(error.extensions).toEqual({ code: 'BAD_REQUEST', http: { status: 415 } });
  expect(requestError(200, 'x', 'PERSISTED_QUERY_NOT_FOUND').extensions.code).toBe(
    'PERSISTED_QUERY_NOT_FOUND',
  );
});

test('the body of a request error has message and code, and no HTTP status', () => {
  expect(toErrorBody(requestError(405, 'Use POST.'))).toEqual({
    errors: [{ message: 'Use POST.', extensions: { code: 'BAD_REQUEST' } }],
  });
});
