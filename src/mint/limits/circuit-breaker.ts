/** A circuit breaker: it opens after failures in a row, then half-opens for one trial call every `halfOpenAfterMs` until one is answered. */
export interface CircuitBreaker {
  /** `closed`: every call goes through. `open`: the next call that `retryInMs` allows is a trial. `half-open`: a trial is under way. */
  readonly state: 'closed' | 'open' | 'half-open';
  /** Returns the milliseconds until a call may be made; 0 when one may now. */
  retryInMs(): number;
  /** Starts a call that `retryInMs` allows. @returns a function to call with its outcome */
  begin(): (outcome: 'answered' | 'failed') => void;
}

interface CircuitBreakerOptions {
  /** Failures in a row after which the breaker opens. */
  failureThreshold: number;
  /** Time from the opening to the first trial, and shortest time between two trials, in milliseconds. */
  halfOpenAfterMs: number;
  /** Called when the breaker opens; not when a trial fails. */
  onOpen: () => void;
  /** Called when a trial is answered. */
  onClose: () => void;
  /** Monotonic clock, in milliseconds. */
  monotonicNow: () => number;
}

type State =
  | { readonly kind: 'closed'; failures: number }
  /** No call is made before `until`. */
  | { readonly kind: 'open' | 'half-open'; readonly until: number };

/** Creates a closed circuit breaker. */
export function createCircuitBreaker(options: CircuitBreakerOptions): CircuitBreaker {
  const { failureThreshold, halfOpenAfterMs, onOpen, onClose, monotonicNow } = options;
  let state: State = { kind: 'closed', failures: 0 };

  function onFailed(began: State): void {
    if (state.kind === 'closed') {
      // A call that began before the breaker closed shows nothing about the present state of Clerk.
      if (state !== began) return;
      state.failures += 1;
      if (state.failures < failureThreshold) return;
      state = { kind: 'open', until: monotonicNow() + halfOpenAfterMs };
      onOpen();
    } else if (state.kind === 'half-open' && state === began) {
      // Counted from the start of the trial: one that hangs until its deadline does not delay the next.
      state = { kind: 'open', until: state.until };
    }
  }

  function onAnswered(began: State): void {
    if (state.kind === 'closed') {
      state.failures = 0;
      return;
    }
    // Any trial counts, not only the latest: Clerk may take longer to answer than there is between two trials.
    if (began.kind !== 'half-open') return;
    state = { kind: 'closed', failures: 0 };
    onClose();
  }

  return {
    get state() {
      return state.kind;
    },
    retryInMs: () => (state.kind === 'closed' ? 0 : Math.max(0, state.until - monotonicNow())),
    begin() {
      if (state.kind !== 'closed') state = { kind: 'half-open', until: monotonicNow() + halfOpenAfterMs };
      const began = state;
      return (outcome) => (outcome === 'failed' ? onFailed(began) : onAnswered(began));
    },
  };
}
