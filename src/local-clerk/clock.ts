import { requireNumber } from './require-number.ts';

// ECMA-262, time range of Date.
const lastMoment = 8.64e15;

/** The instance's clock, which tests may move. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Whole seconds since the epoch, as JWT claims want them. */
  seconds(): number;
  advance(ms: number): void;
  /** Sets the clock, which ticks on from there; null follows the base again. */
  set(ms: number | null): void;
}

/** @param base Milliseconds since the epoch, read at every call. */
export function createClock(base: () => number): Clock {
  let offset = 0;
  const now = () => base() + offset;
  return {
    now,
    seconds: () => Math.floor(now() / 1000),
    advance: (ms) => {
      offset += requireNumber('the time to advance in milliseconds', ms, -lastMoment, lastMoment);
    },
    set: (ms) => {
      const moment = ms === null ? null : requireNumber('the moment in milliseconds', ms, 0, lastMoment);
      offset = moment === null ? 0 : moment - base();
    },
  };
}
