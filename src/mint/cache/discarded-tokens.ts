import { LRUCache } from 'lru-cache';
import { errorCode } from '../../errors.ts';
import type { MintFailure } from '../mint-failure.ts';

/** A negative cache of keys whose last token was discarded. A key in it is not minted until its pause ends. */
export interface DiscardedTokens {
  /**
   * Returns why the token of a key was discarded, or `undefined` where a mint may be made. After a pause, one caller in each second
   * gets `undefined`.
   */
  find(key: string): MintFailure | undefined;
  /** Adds a key. Its pause doubles with each discarded token. */
  add(key: string, failure: MintFailure): void;
  /** Removes a key, after a usable token. */
  delete(key: string): void;
  clear(): void;
}

/** A key in the negative cache. Times are on the monotonic clock, in milliseconds. */
interface Discarded {
  failure: MintFailure;
  pauseMs: number;
  /** When the next mint may be made. */
  until: number;
  /** The time from which another discarded token doubles the pause. */
  doublesAt: number;
  lastRequestAt: number;
}

/** The first pause, in milliseconds. */
const firstPauseMs = 1_000;
/** The longest pause after a token for another organization, in milliseconds: the user may switch back. */
const maxOrganizationPauseMs = 8_000;
/** The longest pause for other reasons, in milliseconds: an operator has to fix them. */
const maxPauseMs = 30_000;
/** A key without a request for this long starts again with the first pause, in milliseconds. */
const forgetAfterMs = 60_000;
/** Maximum number of keys. A caller has one for each template and each set of session claims. */
const maxKeys = 10_000;

/** Creates an empty negative cache of discarded tokens. @param monotonicNow - monotonic clock, in milliseconds */
export function createDiscardedTokens(monotonicNow: () => number): DiscardedTokens {
  const discarded = new LRUCache<string, Discarded>({ maxSize: maxKeys, sizeCalculation: () => 1 });

  function findRecent(key: string): Discarded | undefined {
    const known = discarded.get(key);
    if (known === undefined || monotonicNow() - known.lastRequestAt < forgetAfterMs) return known;
    discarded.delete(key);
    return undefined;
  }

  return {
    find(key) {
      const known = findRecent(key);
      if (known === undefined) return undefined;
      known.lastRequestAt = monotonicNow();
      if (monotonicNow() < known.until) return known.failure;
      // One mint at a time shows whether Clerk's answer is usable again.
      known.until = monotonicNow() + firstPauseMs;
      return undefined;
    },
    add(key, failure) {
      const before = findRecent(key);
      // Discarded tokens of parallel mints count once.
      if (before && monotonicNow() < before.doublesAt) return;
      const pauseMs = Math.min(before ? 2 * before.pauseMs : firstPauseMs, longestPauseMs(failure));
      const until = monotonicNow() + pauseMs;
      discarded.set(key, { failure, pauseMs, until, doublesAt: until, lastRequestAt: monotonicNow() });
    },
    delete: (key) => void discarded.delete(key),
    clear: () => discarded.clear(),
  };
}

function longestPauseMs({ error }: MintFailure): number {
  return errorCode(error) === 'UNAUTHENTICATED' ? maxOrganizationPauseMs : maxPauseMs;
}
