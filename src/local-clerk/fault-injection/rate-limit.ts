import type { Clock } from '../clock.ts';
import { type Endpoint, isUnlimited } from '../endpoints.ts';
import { maxTimerDelay, requireInteger } from '../require-integer.ts';

/** A rate limit that all endpoints of an instance share, except the JWKS. */
export interface RateLimit {
  /** Requests per window; 0 refuses every request. */
  limit: number;
  /** The length of a window, in milliseconds. */
  windowMs: number;
  /** Seconds for which an endpoint refuses requests after it exceeded the limit. @default the rest of the window */
  retryAfterSeconds?: number;
}

/** The state of a rate limit. Times are milliseconds since the epoch, by the clock of the instance. */
export interface RateLimiter {
  limit: RateLimit | false;
  windowEnd: number;
  /** Requests in the current window. */
  used: number;
  latestRequest: number;
  /** The end of each endpoint's `Retry-After`. */
  blockedUntil: Map<Endpoint, number>;
}

/** Creates a rate limiter. @throws Error for an invalid limit */
export function createRateLimiter(limit: RateLimit | false): RateLimiter {
  return {
    limit: requireRateLimit(limit),
    windowEnd: 0,
    used: 0,
    latestRequest: 0,
    blockedUntil: new Map(),
  };
}

/** Replaces the limit and resets the counts. @throws Error for an invalid limit */
export function setRateLimit(limiter: RateLimiter, limit: RateLimit | false): void {
  limiter.limit = requireRateLimit(limit);
  limiter.used = 0;
  forgetTimes(limiter);
}

/**
 * Counts a request in fixed windows over the whole instance. An endpoint that exceeds the limit stays blocked for its
 * `Retry-After`. Source: https://clerk.com/docs/guides/how-clerk-works/system-limits
 *
 * @returns the seconds to wait when the request exceeds the limit, else `null`
 */
export function countRequest(limiter: RateLimiter, endpoint: Endpoint, clock: Clock): number | null {
  const { limit } = limiter;
  if (limit === false || isUnlimited(endpoint)) return null;
  const now = clock.now();
  // When the clock was set back, the window and the blocks would otherwise last too long.
  if (now < limiter.latestRequest) forgetTimes(limiter);
  limiter.latestRequest = now;
  const blockedUntil = limiter.blockedUntil.get(endpoint) ?? 0;
  if (now < blockedUntil) return secondsUntil(blockedUntil, now);
  if (now >= limiter.windowEnd) {
    limiter.windowEnd = now + limit.windowMs;
    limiter.used = 0;
  }
  limiter.used += 1;
  if (limiter.used <= limit.limit) return null;
  const seconds = limit.retryAfterSeconds ?? secondsUntil(limiter.windowEnd, now);
  limiter.blockedUntil.set(endpoint, now + seconds * 1000);
  return seconds;
}

function forgetTimes(limiter: RateLimiter): void {
  limiter.windowEnd = 0;
  limiter.blockedUntil.clear();
}

function requireRateLimit(limit: RateLimit | false): RateLimit | false {
  if (limit === false) return false;
  requireInteger('limit', limit.limit, 0, Number.MAX_SAFE_INTEGER);
  requireInteger('windowMs', limit.windowMs, 1, maxTimerDelay);
  if (limit.retryAfterSeconds !== undefined) {
    requireInteger('retryAfterSeconds', limit.retryAfterSeconds, 0, maxTimerDelay);
  }
  return limit;
}

function secondsUntil(time: number, now: number): number {
  return Math.max(1, Math.ceil((time - now) / 1000));
}
