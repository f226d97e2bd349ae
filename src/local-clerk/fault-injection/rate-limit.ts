import type { Clock } from '../clock.ts';
import { type Endpoint, isUnlimited } from '../endpoints.ts';
import { longestWait, requireNumber } from '../require-number.ts';

/** A budget that all of an instance's endpoints share. */
export interface RateLimit {
  /** Requests per window; 0 refuses all. */
  limit: number;
  /** Length of a window, in milliseconds. */
  windowMs: number;
  /** Seconds for which an endpoint stays blocked once over the limit. @default what is left of the window */
  retryAfterSeconds?: number;
}

export interface RateLimiter {
  /** Counts a request; seconds to wait when it is one too many, else null. */
  admit(endpoint: Endpoint): number | null;
  configure(limit: RateLimit | false): void;
}

/**
 * Fixed windows over the whole instance; an endpoint that ran over stays blocked for its `Retry-After`.
 * Source: https://clerk.com/docs/guides/how-clerk-works/system-limits
 */
export function createRateLimiter(clock: Clock, initial: RateLimit | false): RateLimiter {
  let limit = requireRateLimit(initial);
  let windowEnd = 0;
  let used = 0;
  let latest = 0;
  let blocked = new Map<Endpoint, number>();

  return {
    configure: (next) => {
      limit = requireRateLimit(next);
      windowEnd = 0;
      used = 0;
      blocked = new Map();
    },
    admit: (endpoint) => {
      if (limit === false || isUnlimited(endpoint)) return null;
      const now = clock.now();
      // A clock that was moved back starts anew: neither a window nor a block may last until it catches up.
      if (now < latest) {
        windowEnd = 0;
        blocked = new Map();
      }
      latest = now;
      const blockedUntil = blocked.get(endpoint) ?? 0;
      if (now < blockedUntil) return secondsUntil(blockedUntil, now);
      if (now >= windowEnd) {
        windowEnd = now + limit.windowMs;
        used = 0;
      }
      used += 1;
      if (used <= limit.limit) return null;
      const seconds = limit.retryAfterSeconds ?? secondsUntil(windowEnd, now);
      blocked.set(endpoint, now + seconds * 1000);
      return seconds;
    },
  };
}

function requireRateLimit(limit: RateLimit | false): RateLimit | false {
  if (limit === false) return false;
  requireNumber('limit', limit.limit, 0, Number.MAX_SAFE_INTEGER);
  requireNumber('windowMs', limit.windowMs, 1, longestWait);
  if (limit.retryAfterSeconds !== undefined) {
    requireNumber('retryAfterSeconds', limit.retryAfterSeconds, 0, longestWait);
  }
  return limit;
}

function secondsUntil(moment: number, now: number) {
  return Math.max(1, Math.ceil((moment - now) / 1000));
}
