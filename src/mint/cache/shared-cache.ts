import { sleep } from '../../time/sleep.ts';

/** A token as instances share it. */
export interface SharedToken {
  readonly jwt: string;
}

/**
 * The cache that all instances share, with a lock per key so that one of them mints. Every method may reject, and
 * must settle within a short time: in Redis, 50 ms per command, with at most two commands per method.
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

/** The next step of an instance that needs a token. */
type Turn =
  /** The shared cache has a token. */
  | { readonly kind: 'found'; readonly jwt: string }
  /** This instance mints, and calls `done` afterwards. */
  | { readonly kind: 'mint'; readonly done: () => void };

/** Wraps the shared cache for this process: failures count as misses, so that no method rejects. */
export interface SharedLayer {
  /**
   * Waits for a token from another instance, or for the lock. After 500 ms, this instance mints without the lock.
   *
   * @param isWanted - returns whether a shared token is good enough
   */
  takeTurn(key: string, isWanted: (shared: SharedToken) => boolean): Promise<Turn>;
  write(key: string, token: SharedToken & { issuedAt: number; expiresAt: number }): Promise<void>;
  drop(key: string): Promise<void>;
}

/** Longest wait for a token that another instance mints, in milliseconds. */
const maxWaitMs = 500;
/** Time between two reads of the shared cache while waiting, in milliseconds. */
const pollMs = 25;

const mintUnlocked: Turn = { kind: 'mint', done: () => {} };

/** The shared layer of an instance without a shared cache: it always mints. */
export const noSharedLayer: SharedLayer = {
  takeTurn: async () => mintUnlocked,
  write: async () => {},
  drop: async () => {},
};

/** Creates the shared layer of a store. @param monotonicNow - monotonic clock, in milliseconds */
export function createSharedLayer(store: SharedCache, monotonicNow: () => number): SharedLayer {
  return {
    takeTurn: (key, isWanted) => takeTurn(store, key, isWanted, monotonicNow),
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
      // The other instance may have stored its token after the read above, and then unlocked the key.
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

/** Returns the result of a call, or a fallback when it rejects or throws. */
async function orElse<T, E>(call: () => Promise<T>, fallback: E): Promise<T | E> {
  try {
    return await call();
  } catch {
    return fallback;
  }
}
