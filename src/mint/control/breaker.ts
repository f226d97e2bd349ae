/** Leaves Clerk alone for a while when it fails again and again. */
export interface Breaker {
  /** For how long yet no call may be made, in milliseconds (0: until the one that tries has ended); undefined when one may. */
  pause(): number | undefined;
  /** A call is made, which `pause` has let through. @returns takes how it ends */
  begin(): (outcome: 'answered' | 'failed') => void;
}

export interface BreakerOptions {
  /** Failures in a row after which Clerk is left alone. */
  breakAfter: number;
  /** How long it is left alone before one call tries again, in milliseconds. */
  breakFor: number;
  /** How long that call may take, in milliseconds; one of which nothing is heard stands in nobody's way for longer. */
  tryFor: number;
  /** Told when Clerk begins to be left alone, and not again when a try fails. */
  onBreak: () => void;
  /** Told when a try was answered. */
  onReset: () => void;
  /** Milliseconds that no change of the clock touches. */
  elapsed: () => number;
}

type State =
  | { readonly kind: 'closed'; failures: number }
  | { readonly kind: 'open'; readonly until: number }
  | { readonly kind: 'trying'; readonly until: number };

export function createBreaker(options: BreakerOptions): Breaker {
  const { breakAfter, breakFor, tryFor, onBreak, onReset, elapsed } = options;
  let state: State = { kind: 'closed', failures: 0 };

  function failed(began: State): void {
    if (state.kind === 'closed') {
      state.failures += 1;
      if (state.failures < breakAfter) return;
      onBreak();
    } else if (state !== began) {
      // Begun before Clerk was left alone: it says nothing new.
      return;
    }
    state = { kind: 'open', until: elapsed() + breakFor };
  }

  function answered(began: State): void {
    if (state.kind === 'closed') state.failures = 0;
    if (state.kind !== 'trying' || state !== began) return;
    state = { kind: 'closed', failures: 0 };
    onReset();
  }

  return {
    pause() {
      if (state.kind === 'closed' || elapsed() >= state.until) return undefined;
      return state.kind === 'trying' ? 0 : state.until - elapsed();
    },
    begin() {
      if (state.kind !== 'closed') state = { kind: 'trying', until: elapsed() + tryFor };
      const began = state;
      return (outcome) => (outcome === 'failed' ? failed(began) : answered(began));
    },
  };
}
