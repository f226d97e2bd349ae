import { measureElapsedTime } from './elapsed-time.ts';
import type { RequestMode } from './post-token-query.ts';
import type { TokenError, TokenErrorCode } from './token-error.ts';

/** A period in which requests wait. */
interface Throttle {
  /** Milliseconds until it ends; 0 when it has ended. */
  retryInMs(): number;
  /** The gateway's code that started it. */
  readonly code: TokenErrorCode;
}

/** Decides when the next request may be sent: after the gateway's `retryAfter`, and after failures with exponential backoff. */
export interface RetrySchedule {
  /** Records a failure. Its `retryAfter` applies to requests of the same mode, because forced requests have a separate limit. */
  recordFailure(error: TokenError, mode: RequestMode): void;
  /** Delays the next renewal by 1 s, and by twice as long each time, up to 30 s. */
  backOff(): void;
  /** Ends the delay of the next renewal, but not a `retryAfter` of the gateway. */
  endBackoff(): void;
  /** Returns the throttle that the gateway imposed on requests of a mode. */
  throttle(mode: RequestMode): Throttle;
  /** Milliseconds until a renewal in the background may be sent. */
  renewInMs(): number;
  /** Whether a failure or a backoff was recorded. */
  isActive(): boolean;
}

// Uses the monotonic clock: a change of the wall clock must not shorten a retryAfter.
function throttleFor(seconds: number, code: TokenErrorCode): Throttle {
  const elapsed = measureElapsedTime();
  return { retryInMs: () => Math.max(0, seconds * 1000 - elapsed.monotonicMs()), code };
}

/** Creates a schedule without a failure. */
export function createRetrySchedule(): RetrySchedule {
  let throttle = throttleFor(0, 'RATE_LIMITED');
  let forcedThrottle = throttle;
  let backoff = throttle;
  let backoffs = 0;

  function backOff() {
    backoff = throttleFor(Math.min(30, 2 ** backoffs), 'RATE_LIMITED');
    backoffs += 1;
  }
  return {
    recordFailure({ code, retryAfter }, mode) {
      backOff();
      if (retryAfter === undefined) return;
      // At least 1 s: a `retryAfter` of 0 must not cause a loop of requests.
      const next = throttleFor(Math.max(1, retryAfter), code);
      if (mode === 'force') forcedThrottle = next;
      else throttle = next;
    },
    backOff,
    endBackoff() {
      backoff = throttle;
    },
    throttle: (mode) =>
      mode === 'force' && forcedThrottle.retryInMs() > throttle.retryInMs() ? forcedThrottle : throttle,
    renewInMs: () => Math.max(throttle.retryInMs(), backoff.retryInMs()),
    isActive: () => backoffs > 0,
  };
}
