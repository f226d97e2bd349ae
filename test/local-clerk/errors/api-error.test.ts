import { expect, test } from 'vitest';
import { ApiError } from '../../../src/local-clerk/errors/api-error.ts';

const entry = { code: 'some_code', message: 'Short', longMessage: 'A longer sentence.' };

test('an API error is an error whose message is the long message', () => {
  const error = new ApiError(418, entry);
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'ApiError', message: 'A longer sentence.', status: 418, entry });
});

test('an API error has no headers unless they are given', () => {
  expect(new ApiError(418, entry).headers).toEqual({});
  expect(new ApiError(429, entry, { 'retry-after': '1' }).headers).toEqual({ 'retry-after': '1' });
});
