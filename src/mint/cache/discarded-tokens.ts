import { LRUCache } from 'lru-cache';
import { errorCode } from '../../errors.ts';
import type { MintFailure } from '../mint-failure.ts';

/** A negative cache: keys for which Clerk's last answer was discarded. While one is cached, no mint is made for its key. */
export interface DiscardedTokens {
  /** Returns why the answer for a key was discarded, while no other is to be asked for; undefined when a mint may be made. */
  find(key: string): MintFailure | undefined;
  add(key: string, failure: MintFailure): void;
  /** Forgets a key: its answer was good. */
  delete(key: string): void;
}

interface Discarded {
  failure: MintFailure;
  pauseMs: number;
  /** When the next mint may be made; monotonic. */
  until: number;
  /** From when on a further discarded answer doubles the pause; monotonic. */
  doublesAt: number;
  /** When the key was asked for last; monotonic. */
  askedAt: number;
}

/** The first pause after a discarded answer, in milliseconds; it doubles with each further one. */
const firstPauseMs = 1_000;
/** The longest pause after an answer for another organization, in milliseconds: the user may switch back. */
const maxPauseOfOrganizationMs = 8_000;
/** The longest pause for other reasons, in milliseconds: an operator has to fix them. */
const maxPauseMs = 30_000;
/** A key that was not asked for during this time begins again with the first pause, in milliseconds. */
const forgetAfterMs = 60_000;
/** Most keys at once: a caller has one for each template and claims of its session token. */
const maxKeys = 10_000;

/** @param monotonicNow - monotonic clock, in milliseconds */
export function createDiscardedTokens(monotonicNow: () => number): DiscardedTokens {
  const discarded = new LRUCache<string, Discarded>({ maxSize: maxKeys, sizeCalculation: () => 1 });

  function recent(key: string): Discarded | undefined {
    const known = discarded.get(key);
    if (known === undefined || monotonicNow() - known.askedAt < forgetAfterMs) return known;
    discarded.delete(key);
    return undefined;
  }

  return {
    find(key) {
      const known = recent(key);
      if (known === undefined) return undefined;
      known.askedAt = monotonicNow();
      if (monotonicNow() < known.until) return known.failure;
      // One mint at a time shows whether the answer is good again.
      known.until = monotonicNow() + firstPauseMs;
      return undefined;
    },
    add(key, failure) {
      const before = recent(key);
      // Answers of mints that were made side by side are one.
      if (before && monotonicNow() < before.doublesAt) return;
      const pauseMs = Math.min(before ? 2 * before.pauseMs : firstPauseMs, longestPauseMs(failure));
      const until = monotonicNow() + pauseMs;
      discarded.set(key, { failure, pauseMs, until, doublesAt: until, askedAt: monotonicNow() });
    },
    delete: (key) => void discarded.delete(key),
  };
}

function longestPauseMs({ error }: MintFailure): number {
  return errorCode(error) === 'UNAUTHENTICATED' ? maxPauseOfOrganizationMs : maxPauseMs;
}
