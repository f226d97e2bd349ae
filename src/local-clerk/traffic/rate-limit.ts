import type { Clock } from '../clock.ts';
import { type Endpoint, isUnlimited } from '../endpoints.ts';

/** A budget that all of an instance's endpoints share. */
export interface RateLimit {
  /** Requests per window. */
  limit: number;
  /** Milliseconds. */
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
  let limit = initial;
  let windowEnd = 0;
  let used = 0;
  let blocked = new Map<Endpoint, number>();

  return {
    configure: (next) => {
      limit = next;
      windowEnd = 0;
      used = 0;
      blocked = new Map();
    },
    admit: (endpoint) => {
      if (limit === false || isUnlimited(endpoint)) return null;
      const now = clock.now();
      const blockedUntil = blocked.get(endpoint) ?? 0;
      if (now < blockedUntil) return secondsUntil(blockedUntil, now);
      // Also when the clock was moved back before the window.
      if (now >= windowEnd || now < windowEnd - limit.windowMs) {
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

function secondsUntil(moment: number, now: number) {
  return Math.max(1, Math.ceil((moment - now) / 1000));
}
