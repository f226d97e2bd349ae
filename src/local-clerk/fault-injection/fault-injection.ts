import { clearFaults, createFaults, type Faults } from './faults.ts';
import { createRateLimiter, type RateLimit, type RateLimiter, setRateLimit } from './rate-limit.ts';
import { createRequestCounts, type RequestCounts } from './request-counts.ts';

/** The steps before a request is answered: counting, faults, rate limit. */
export interface FaultInjection {
  readonly counts: RequestCounts;
  readonly faults: Faults;
  readonly limiter: RateLimiter;
  /** The rate limit that a reset restores. */
  readonly initialLimit: RateLimit | false;
}

/** Creates the steps without any fault. @throws Error for an invalid rate limit */
export function createFaultInjection(initialLimit: RateLimit | false): FaultInjection {
  return {
    counts: createRequestCounts(),
    faults: createFaults(),
    limiter: createRateLimiter(initialLimit),
    initialLimit,
  };
}

/** Removes faults and counts, and restores the initial rate limit. */
export function resetFaultInjection({ counts, faults, limiter, initialLimit }: FaultInjection): void {
  clearFaults(faults);
  setRateLimit(limiter, initialLimit);
  counts.reset();
}
