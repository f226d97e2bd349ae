/** A circuit breaker: after failures in a row it stops calls to Clerk, then allows one trial every `openForMs`. */
export interface CircuitBreaker {
  /** `closed`: every call goes through; otherwise the next call that `retryIn` lets through is a trial. */
  readonly state: 'closed' | 'open' | 'half-open';
  /** The milliseconds until a call may be made; 0 when one may now. */
  retryIn(): number;
  /** Begins a call that `retryIn` has let through. @returns takes the outcome */
  begin(): (outcome: 'answered' | 'failed') => void;
}

export interface CircuitBreakerOptions {
  /** Failures in a row after which the breaker opens. */
  failureThreshold: number;
  /** Shortest time between two trials, and between the opening and the first trial, in milliseconds. */
  openForMs: number;
  /** Called when the breaker opens; not when a trial fails. */
  onOpen: () => void;
  /** Called when a trial was answered. */
  onClose: () => void;
  /** Monotonic clock, in milliseconds. */
  monotonicNow: () => number;
}

type State =
  | { readonly kind: 'closed'; failures: number }
  // Until then, no call is made: in `half-open` a trial is under way, in `open` none is.
  | { readonly kind: 'open' | 'half-open'; readonly until: number };

export function createCircuitBreaker(options: CircuitBreakerOptions): CircuitBreaker {
  const { failureThreshold, openForMs, onOpen, onClose, monotonicNow } = options;
  let state: State = { kind: 'closed', failures: 0 };

  function failed(began: State): void {
    if (state.kind === 'closed') {
      // A call from before the breaker closed says nothing about Clerk as it is now.
      if (state !== began) return;
      state.failures += 1;
      if (state.failures < failureThreshold) return;
      state = { kind: 'open', until: monotonicNow() + openForMs };
      onOpen();
    } else if (state.kind === 'half-open' && state === began) {
      // Counted from the begin of the trial: one that hangs until its deadline does not delay the next.
      state = { kind: 'open', until: state.until };
    }
  }

  function answered(began: State): void {
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
    retryIn: () => (state.kind === 'closed' ? 0 : Math.max(0, state.until - monotonicNow())),
    begin() {
      if (state.kind !== 'closed') state = { kind: 'half-open', until: monotonicNow() + openForMs };
      const began = state;
      return (outcome) => (outcome === 'failed' ? failed(began) : answered(began));
    },
  };
}
