import { beforeEach, describe, expect, test } from 'vitest';
import { type Clock, createClock } from '../../../src/local-clerk/clock.ts';
import {
  countRequest,
  createRateLimiter,
  type RateLimit,
  setRateLimit,
} from '../../../src/local-clerk/fault-injection/rate-limit.ts';
import { startLocalClerk } from '../../../src/local-clerk/index.ts';
import { clerkFailure } from '../clerk-failure.ts';
import { clerkClientFor } from '../use-local-clerk.ts';

const mint = 'POST /v1/sessions/{session_id}/tokens/{template_name}';
const getUser = 'GET /v1/users/{user_id}';

let clock: Clock;
beforeEach(() => {
  clock = createClock(() => 1_000_000);
});

describe('the rate limit', () => {
  test('refuses requests above it, with the seconds to wait, rounded up', () => {
    const limiter = createRateLimiter({ limit: 2, windowMs: 10_000 });
    expect([countRequest(limiter, getUser, clock), countRequest(limiter, mint, clock)]).toEqual([null, null]);
    clock.advance(2_500);
    expect(countRequest(limiter, getUser, clock)).toBe(8);
  });

  test('begins a window with the first request after the last window', () => {
    const limiter = createRateLimiter({ limit: 1, windowMs: 1_000 });
    countRequest(limiter, getUser, clock);
    clock.advance(1_700);
    expect(countRequest(limiter, mint, clock)).toBeNull();
    clock.advance(900);
    expect(countRequest(limiter, mint, clock)).toBe(1);
  });

  test('is shared by all endpoints, and blocks each that exceeds it for its Retry-After', () => {
    const limiter = createRateLimiter({ limit: 1, windowMs: 1_000, retryAfterSeconds: 7 });
    expect(countRequest(limiter, mint, clock)).toBeNull();
    expect(countRequest(limiter, getUser, clock)).toBe(7);
    // After the window, but within the Retry-After of this endpoint.
    clock.advance(2_000);
    expect(countRequest(limiter, getUser, clock)).toBe(5);
    expect(countRequest(limiter, mint, clock)).toBeNull();
    clock.advance(6_000);
    expect(countRequest(limiter, getUser, clock)).toBeNull();
  });

  test('ends with its window and its blocks when the clock moves back', () => {
    const limiter = createRateLimiter({ limit: 1, windowMs: 1_000 });
    clock.advance(3_600_000);
    expect(countRequest(limiter, mint, clock)).toBeNull();
    expect(countRequest(limiter, mint, clock)).toBe(1);
    clock.advance(-3_600_000);
    expect(countRequest(limiter, mint, clock)).toBeNull();
  });

  test('does not count the JWKS', () => {
    const limiter = createRateLimiter({ limit: 0, windowMs: 1_000 });
    expect(countRequest(limiter, 'GET /v1/jwks', clock)).toBeNull();
    expect(countRequest(limiter, 'GET /.well-known/jwks.json', clock)).toBeNull();
    expect(countRequest(limiter, 'unmatched', clock)).toBe(1);
  });

  test('ends when it is removed, and forgets blocks when it is replaced', () => {
    const limiter = createRateLimiter({ limit: 0, windowMs: 60_000 });
    expect(countRequest(limiter, mint, clock)).toBe(60);
    setRateLimit(limiter, { limit: 1, windowMs: 60_000 });
    expect(countRequest(limiter, mint, clock)).toBeNull();
    setRateLimit(limiter, false);
    expect(countRequest(limiter, mint, clock)).toBeNull();
  });

  test.each<[string, RateLimit]>([
    ['limit', { limit: -1, windowMs: 1 }],
    ['windowMs', { limit: 1 } as RateLimit],
    ['windowMs', { limit: 1, windowMs: 0 }],
    ['retryAfterSeconds', { limit: 1, windowMs: 1, retryAfterSeconds: 0.5 }],
  ])('is refused for its %s, and the present limit stays', (name, limit) => {
    const limiter = createRateLimiter({ limit: 0, windowMs: 1_000 });
    expect(() => setRateLimit(limiter, limit)).toThrow(`as ${name}: use a whole number`);
    expect(countRequest(limiter, mint, clock)).toBe(1);
  });
});

test('Clerk’s SDK reads the status and the Retry-After', async () => {
  const local = await startLocalClerk({ rateLimit: { limit: 1, windowMs: 60_000, retryAfterSeconds: 7 } });
  try {
    const { users } = clerkClientFor(local);
    await users.getUser('user_ada');
    const failure = await clerkFailure(users.getUser('user_ada'));
    expect(failure).toMatchObject({ status: 429, code: 'too_many_requests', retryAfter: 7 });
  } finally {
    await local.close();
  }
});
