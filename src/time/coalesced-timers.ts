import { monotonicNow } from './monotonic-now.ts';
import { unref } from './unref.ts';

/** Timers that share the timers of the runtime: those that are due at about the same time run together. */
export interface CoalescedTimers {
  /**
   * Calls a function once, after some time or up to 100 ms later. It does not keep the process alive.
   *
   * @param run - an error that it throws is reported as uncaught, and does not affect other timers
   * @param milliseconds - how long to wait
   */
  start(run: () => void, milliseconds: number): CoalescedTimer;
}

/** A timer that was started. */
export interface CoalescedTimer {
  /** Cancels the timer. Does nothing if it has run. */
  cancel(): void;
}

interface State {
  /** Monotonic clock, in milliseconds. */
  readonly now: () => number;
  /** The slots with timers, by number: slot n is due at n times `slotMs`. */
  readonly slots: Map<number, Slot>;
}

/** Timers that are due together. */
interface Slot {
  readonly number: number;
  readonly timers: Set<SlotTimer>;
  timeout: ReturnType<typeof setTimeout> | undefined;
}

/** The width of a slot, in milliseconds. A timer runs at most this late. */
const slotMs = 100;

// A class, not a closure: an instance takes less memory, and each stream has one.
class SlotTimer implements CoalescedTimer {
  readonly #state: State;
  readonly #slot: Slot;
  readonly run: () => void;

  constructor(state: State, slot: Slot, run: () => void) {
    this.#state = state;
    this.#slot = slot;
    this.run = run;
    slot.timers.add(this);
  }

  cancel(): void {
    const { timers, timeout, number } = this.#slot;
    if (!timers.delete(this) || timers.size > 0) return;
    clearTimeout(timeout);
    // While a slot runs, another one may have its number.
    if (this.#state.slots.get(number) === this.#slot) this.#state.slots.delete(number);
  }
}

/**
 * Creates a scheduler for the timers of thousands of streams. Each timer of Node.js wakes the process at its own millisecond, which costs more than the
 * work that is due then. Not for runtimes that tie a timer to a request, such as Cloudflare Workers.
 *
 * @param now - monotonic clock, in milliseconds
 */
export function createCoalescedTimers(now: () => number = monotonicNow): CoalescedTimers {
  const state: State = { now, slots: new Map() };
  return {
    start(run, milliseconds) {
      const number = Math.ceil((now() + milliseconds) / slotMs);
      return new SlotTimer(state, state.slots.get(number) ?? openSlot(state, number), run);
    },
  };
}

function openSlot(state: State, number: number): Slot {
  const slot: Slot = { number, timers: new Set(), timeout: undefined };
  slot.timeout = setTimeout(() => runSlot(state, slot), number * slotMs - state.now());
  unref(slot.timeout);
  state.slots.set(number, slot);
  return slot;
}

function runSlot(state: State, { number, timers }: Slot): void {
  state.slots.delete(number);
  for (const timer of timers) {
    timers.delete(timer);
    try {
      timer.run();
    } catch (error) {
      // As with a timer of the runtime.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
