import { describe, expect, test } from 'vitest';
import { type ClerkFailure, readClerkFailure } from '../../src/clerk/clerk-failure.ts';
import { clerkError, clerkErrors } from '../support/clerk-errors.ts';

const ray = `${'8a'.repeat(8)}-FRA`;

/** The same error, as the SDK reads it from an answer that is not Clerk's own. */
const foreign = (error: Error) => Object.assign(error, { clerkTraceId: ray });

describe("answers with Clerk's own body", () => {
  test.each<[string, () => Error, Partial<ClerkFailure>]>([
    ['M05 a missing template', clerkErrors.unknownTemplate, { kind: 'template-unknown', status: 404 }],
    ['M05 a missing session', clerkErrors.unknownSession, { kind: 'session-ended', status: 404 }],
    ['M06 a revoked session', clerkErrors.unauthorized, { kind: 'session-ended', status: 401 }],
    ['M06 a session that is not usable', clerkErrors.unprocessable, { kind: 'session-ended', status: 422 }],
    ['another 404', clerkErrors.otherNotFound, { kind: 'rejected', status: 404 }],
    ['a 403', () => clerkError(403, 'forbidden', 'no'), { kind: 'rejected', status: 403 }],
    ['M08 a 500', clerkErrors.broken, { kind: 'unavailable', status: 500, outage: true, transient: true }],
    ['M10 a 429', () => clerkErrors.throttled(7), { kind: 'throttled', status: 429, retryAfter: 7 }],
  ])('%s', (_what, error, expected) => {
    expect(readClerkFailure(error())).toMatchObject({
      ...expected,
      traceId: 'trace1234',
      hasClerkBody: true,
    });
  });

  test('M04 a refused key counts with the code alone', () => {
    expect(readClerkFailure(foreign(clerkErrors.keyRefused()))).toMatchObject({
      kind: 'key-refused',
      reason: expect.stringContaining('CLERK_SECRET_KEY'),
    });
  });
});

describe("M14 answers without Clerk's own body", () => {
  test.each([400, 401, 403, 404, 422])('a %i is unavailable, and no outage', (status) => {
    const failure = readClerkFailure(foreign(clerkError(status, 'resource_not_found', 'Session not found')));
    expect(failure).toEqual({
      kind: 'unavailable',
      reason: `Clerk failed: status ${status} without Clerk's error body`,
      status,
      traceId: ray,
    });
  });

  test('a 429 throttles, too', () => {
    const failure = readClerkFailure(foreign(clerkErrors.throttled(7)));
    expect(failure).toMatchObject({ kind: 'throttled', retryAfter: 7 });
    expect(failure).not.toHaveProperty('hasClerkBody');
  });

  test.each([200, 302])('a %i that is not a token is unavailable, and no outage', (status) => {
    const failure = readClerkFailure(clerkError(status, 'odd', 'odd'));
    expect(failure).toMatchObject({ kind: 'unavailable', status });
    expect(failure).not.toHaveProperty('outage');
  });
});

describe('M10 Retry-After', () => {
  test.each([
    [undefined, 10],
    [7, 7],
    [0, 1],
    [-5, 1],
    [0.1, 1],
    [99_999, 60],
  ])('of %s s counts as %i s after a 429', (retryAfter, expected) => {
    expect(readClerkFailure(clerkErrors.throttled(retryAfter)).retryAfter).toBe(expected);
  });

  test('after a 503 forbids an immediate retry', () => {
    const failure = readClerkFailure(clerkError(503, 'maintenance_mode', 'soon', 9));
    expect(failure).toMatchObject({ kind: 'unavailable', outage: true, retryAfter: 9 });
    expect(failure).not.toHaveProperty('transient');
  });
});

test.each([undefined, null, 'text', 7, {}, new Error('reset'), new TypeError('fetch failed')])(
  'the value %s is a network failure',
  (thrown) => {
    expect(readClerkFailure(thrown)).toEqual({
      kind: 'unavailable',
      reason: 'Clerk failed: network failure',
      outage: true,
      transient: true,
    });
  },
);

test.each(['a b', 'x'.repeat(65), 'line\nfeed', 7, ''])(
  'the trace id %j does not reach the log',
  (clerkTraceId) => {
    const error = Object.assign(clerkErrors.broken(), { clerkTraceId });
    expect(readClerkFailure(error)).not.toHaveProperty('traceId');
  },
);
