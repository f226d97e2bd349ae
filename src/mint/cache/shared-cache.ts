import { sleep } from '../../time/sleep.ts';

/** A token as instances share it. */
export interface SharedToken {
  readonly jwt: string;
}

/**
 * The cache that all instances share, with a lock per key so that one of them mints. Every method may reject. Each answers or rejects
 * within its own bound: the one in Redis within 50 ms per command, of which a method needs two at most.
 */
export interface SharedCache {
  /** Returns the token of a key, or `undefined`. */
  read(key: string): Promise<SharedToken | undefined>;
  /** Stores a token unless the stored one has a later `iat`. Times in seconds since the epoch. */
  write(key: string, token: SharedToken & { issuedAt: number; expiresAt: number }): Promise<void>;
  drop(key: string): Promise<void>;
  /** Locks a key for 3 s. @returns a function that unlocks it; `undefined` while another instance has the lock */
  lock(key: string): Promise<(() => Promise<void>) | undefined>;
}

/** How an instance that needs a token of a key goes on. */
export type Turn =
  /** Another instance has stored a token meanwhile. */
  | { readonly kind: 'found'; readonly jwt: string }
  /** This instance mints, and calls `done` afterwards. */
  | { readonly kind: 'mint'; readonly done: () => void };

/** The shared cache as the cache of this process uses it: its failures count as misses, so that no method rejects. */
export interface SharedLayer {
  /**
   * Waits for the token of another instance, or for the lock; at most 500 ms, after which this instance mints without it.
   *
   * @param isWanted - whether a shared token is good enough
   */
  turn(key: string, isWanted: (shared: SharedToken) => boolean): Promise<Turn>;
  write(key: string, token: SharedToken & { issuedAt: number; expiresAt: number }): Promise<void>;
  drop(key: string): Promise<void>;
}

/** Longest wait for a token that another instance mints, in milliseconds. */
const maxWaitMs = 500;
/** Time between two looks for that token, in milliseconds. */
const pollMs = 25;

const mintUnlocked: Turn = { kind: 'mint', done: () => {} };

/** The shared layer of an instance without a shared cache: it always mints. */
export const noSharedLayer: SharedLayer = {
  turn: async () => mintUnlocked,
  write: async () => {},
  drop: async () => {},
};

/** @param monotonicNow - monotonic clock, in milliseconds */
export function createSharedLayer(store: SharedCache, monotonicNow: () => number): SharedLayer {
  return {
    turn: (key, isWanted) => takeTurn(store, key, isWanted, monotonicNow),
    write: (key, token) => orElse(() => store.write(key, token), undefined),
    drop: (key) => orElse(() => store.drop(key), undefined),
  };
}

async function takeTurn(
  store: SharedCache,
  key: string,
  isWanted: (shared: SharedToken) => boolean,
  monotonicNow: () => number,
): Promise<Turn> {
  const end = monotonicNow() + maxWaitMs;
  for (let hasWaited = false; ; hasWaited = true) {
    const found = await findWanted(store, key, isWanted);
    if (found) return found;
    const unlock = await orElse(() => store.lock(key), unlockNothing);
    if (unlock) {
      const done = () => void orElse(unlock, undefined);
      // The other instance may have stored its token between the look above and its unlocking.
      const late = hasWaited ? await findWanted(store, key, isWanted) : undefined;
      if (late) done();
      return late ?? { kind: 'mint', done };
    }
    if (monotonicNow() >= end) return mintUnlocked;
    await sleep(pollMs);
  }
}

async function findWanted(
  store: SharedCache,
  key: string,
  isWanted: (shared: SharedToken) => boolean,
): Promise<Turn | undefined> {
  const shared = await orElse(() => store.read(key), undefined);
  // The store may hold anything: other software may write to it.
  if (typeof shared !== 'object' || shared === null) return undefined;
  return isWanted(shared) ? { kind: 'found', jwt: shared.jwt } : undefined;
}

async function unlockNothing(): Promise<void> {}

/** Returns what a call resolves to, or a fallback when it rejects or throws. */
async function orElse<T, E>(call: () => Promise<T>, fallback: E): Promise<T | E> {
  try {
    return await call();
  } catch {
    return fallback;
  }
}
