import { expect, test } from 'vitest';
import {
  reservedClaim,
  tooManyRequests,
  userNotFound,
} from '../../../src/local-clerk/errors/error-catalog.ts';
import { errorResponse } from '../../../src/local-clerk/errors/error-response.ts';

test('the body is that of Clerk, with a trace id', async () => {
  const response = errorResponse(userNotFound('user_x'));
  expect(response.status).toBe(404);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.json()).toEqual({
    errors: [
      { code: 'resource_not_found', message: 'not found', long_message: 'No user was found with id user_x' },
    ],
    clerk_trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
});

test('the entry has meta data where Clerk names a parameter', async () => {
  const { errors } = (await errorResponse(reservedClaim('sub')).json()) as { errors: object[] };
  expect(errors).toEqual([expect.objectContaining({ meta: { param_name: 'claims' } })]);
});

test('the headers of the error are sent', () => {
  expect(errorResponse(tooManyRequests(7)).headers.get('retry-after')).toBe('7');
});

test('every response has its own trace id', async () => {
  const bodies = await Promise.all([1, 2].map(() => errorResponse(userNotFound('user_x')).json()));
  const traces = bodies.map((body) => (body as { clerk_trace_id: string }).clerk_trace_id);
  expect(new Set(traces).size).toBe(2);
});
