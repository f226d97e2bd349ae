import { requireInteger } from './require-integer.ts';

// ECMA-262, time range of Date.
const maxTime = 8.64e15;

/** The clock of an instance, which tests can move. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Whole seconds since the epoch, the unit of JWT claims. */
  seconds(): number;
  /** Moves the clock. @param ms - milliseconds; negative moves it back */
  advance(ms: number): void;
  /** Sets the clock, which then continues. @param ms - milliseconds since the epoch; `null` returns to the base clock */
  set(ms: number | null): void;
}

/** Creates a clock that follows another one. @param base - milliseconds since the epoch, read at every call */
export function createClock(base: () => number): Clock {
  let offset = 0;
  const now = () => base() + offset;
  return {
    now,
    seconds: () => Math.floor(now() / 1000),
    advance: (ms) => {
      offset += requireInteger('the time to advance in milliseconds', ms, -maxTime, maxTime);
    },
    set: (ms) => {
      offset = ms === null ? 0 : requireInteger('the time in milliseconds', ms, 0, maxTime) - base();
    },
  };
}
