import { startStopwatch } from './stopwatch.ts';
import type { TokenError, TokenErrorCode } from './token-error.ts';

/** A time in which the gateway is left alone. */
export interface Pause {
  /** Milliseconds left of it. */
  left(): number;
  /** What the gateway had answered. */
  readonly code: TokenErrorCode;
}

/** When may be asked again. */
export interface Pauses {
  /** Takes note of a failure. @param fresh - whether a fresh token had been asked for: it has a limit of its own */
  failed(error: TokenError, fresh: boolean): void;
  /** Makes the next renewal wait: a second, and twice as long each time, up to 30 s. */
  backOff(): void;
  /** Ends the wait of the next renewal, but not what the gateway has said. */
  resume(): void;
  /** In which nobody may ask, because the gateway said so. */
  gate(fresh: boolean): Pause;
  /** How long nothing should be asked behind, in milliseconds. */
  untilRenewal(): number;
  /** Whether there has been a reason for any. */
  some(): boolean;
}

// The wall clock is not asked: when somebody sets it, the gateway would not be left alone.
function startPause(seconds: number, code: TokenErrorCode): Pause {
  const since = startStopwatch();
  return { left: () => Math.max(0, seconds * 1000 - since.awake()), code };
}

/** Nothing has failed yet. */
export function createPauses(): Pauses {
  let gate = startPause(0, 'RATE_LIMITED');
  let freshGate = gate;
  let backoff = gate;
  let reasons = 0;

  function backOff() {
    backoff = startPause(Math.min(30, 2 ** reasons), 'RATE_LIMITED');
    reasons += 1;
  }
  return {
    failed({ code, retryAfter }, fresh) {
      backOff();
      if (retryAfter === undefined) return;
      // A gateway that says 0 is not to be asked over and over.
      const pause = startPause(Math.max(1, retryAfter), code);
      if (fresh) freshGate = pause;
      else gate = pause;
    },
    backOff,
    resume() {
      backoff = gate;
    },
    gate: (fresh) => (fresh && freshGate.left() > gate.left() ? freshGate : gate),
    untilRenewal: () => Math.max(gate.left(), backoff.left()),
    some: () => reasons > 0,
  };
}
