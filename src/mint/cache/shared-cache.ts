import { sleep } from '../../time/sleep.ts';
import { withTimeout } from '../../time/with-timeout.ts';

/** A token as instances share it. */
export interface SharedToken {
  readonly jwt: string;
}

/** What instances share: a second layer of the cache, and who mints. Every method may fail, and may take too long. */
export interface SharedCache {
  read(key: string): Promise<SharedToken | undefined>;
  /** Stores a token unless a newer one is there. */
  write(key: string, token: SharedToken & { issuedAt: number; expiresAt: number }): Promise<void>;
  drop(key: string): Promise<void>;
  /** Takes the right to mint, for 3 s. @returns how to give it back; undefined when another instance has it */
  lock(key: string): Promise<(() => Promise<void>) | undefined>;
}

/** How one who wants to mint goes on. */
export type Turn =
  /** Another instance has minted meanwhile. */
  | { readonly kind: 'found'; readonly jwt: string }
  /** It is to be minted here. */
  | { readonly kind: 'mint'; readonly done: () => void };

/** The shared layer as the cache uses it: never fails, never takes long. */
export interface SharedLayer {
  /** @param isWanted - takes a shared token, and says whether it will do */
  turn(key: string, isWanted: (shared: SharedToken) => boolean): Promise<Turn>;
  write(key: string, token: SharedToken & { issuedAt: number; expiresAt: number }): Promise<void>;
  drop(key: string): Promise<void>;
}

/** How long to wait for a token that another instance mints, in milliseconds. */
const waitForOther = 500;
/** Time between two looks, in milliseconds. */
const lookEvery = 25;
/** How long one step may take, in milliseconds, whatever the store itself says. */
const stepDeadline = 100;

const mintHere: Turn = { kind: 'mint', done: () => {} };

/** Without a shared store: everyone mints. */
export const noSharedLayer: SharedLayer = {
  turn: async () => mintHere,
  write: async () => {},
  drop: async () => {},
};

/** @param monotonicNow - milliseconds that no change of the clock touches */
export function sharedLayer(store: SharedCache, monotonicNow: () => number): SharedLayer {
  // Whatever goes wrong counts as an answer: memory and minting are always there.
  async function step<T, E>(ask: () => Promise<T>, otherwise: E): Promise<T | E> {
    try {
      return await withTimeout(ask(), stepDeadline, () => new Error('the shared store is too slow'));
    } catch {
      return otherwise;
    }
  }

  async function look(key: string, isWanted: (shared: SharedToken) => boolean): Promise<Turn | undefined> {
    const shared = await step(() => store.read(key), undefined);
    if (typeof shared !== 'object' || shared === null) return undefined;
    return isWanted(shared) ? { kind: 'found', jwt: shared.jwt } : undefined;
  }

  return {
    async turn(key, isWanted) {
      const patience = monotonicNow() + waitForOther;
      for (let waited = false; ; waited = true) {
        const found = await look(key, isWanted);
        if (found) return found;
        const release = await step(
          () => store.lock(key),
          () => Promise.resolve(),
        );
        if (release) {
          const done = () => void step(release, undefined);
          // It may have come after the look, just before the other gave the right to mint back.
          const late = waited ? await look(key, isWanted) : undefined;
          if (late) done();
          return late ?? { kind: 'mint', done };
        }
        if (monotonicNow() >= patience) return mintHere;
        await sleep(lookEvery);
      }
    },
    write: (key, token) => step(() => store.write(key, token), undefined),
    drop: (key) => step(() => store.drop(key), undefined),
  };
}
