import { withDeadline } from '../../deadline.ts';

/** A token as instances share it. */
export interface SharedToken {
  readonly jwt: string;
}

/** What instances share: a second layer of the cache, and who mints. Every method may fail, and may take too long. */
export interface SharedTokens {
  read(key: string): Promise<SharedToken | undefined>;
  /** Stores a token unless a newer one is there. */
  write(key: string, token: SharedToken & { issuedAt: number; expiresAt: number }): Promise<void>;
  /** Takes the right to mint, for 3 s. @returns how to give it back; undefined when another instance has it */
  lock(key: string): Promise<(() => Promise<void>) | undefined>;
  /** Whether an instance has the right to mint. */
  isLocked(key: string): Promise<boolean>;
}

/** How one who wants to mint goes on. */
export type Turn =
  /** Another instance has minted meanwhile. */
  | { readonly kind: 'found'; readonly jwt: string }
  /** It is to be minted here. */
  | { readonly kind: 'mint'; readonly done: () => void };

/** The shared layer as the cache uses it: never fails, never takes long. */
export interface SharedLayer {
  /**
   * @param isWanted - takes a shared token, and says whether it will do
   * @param wait - whether to wait for another instance that mints just now
   */
  turn(key: string, isWanted: (shared: SharedToken) => boolean): Promise<Turn>;
  write(key: string, token: SharedToken & { issuedAt: number; expiresAt: number }): Promise<void>;
}

/** How long to wait for a token that another instance mints, in milliseconds. */
const waitForOther = 500;
/** Time between two looks, in milliseconds. */
const lookEvery = 25;
/** How long one step may take, in milliseconds, whatever the store itself says. */
const stepDeadline = 100;

const mintHere: Turn = { kind: 'mint', done: () => {} };

/** Without a shared store: everyone mints. */
export const noSharedLayer: SharedLayer = { turn: async () => mintHere, write: async () => {} };

/** @param now - milliseconds since the epoch */
export function sharedLayer(store: SharedTokens, now: () => number): SharedLayer {
  // Whatever goes wrong counts as an answer: memory and minting are always there.
  async function step<T, E>(ask: () => Promise<T>, otherwise: E): Promise<T | E> {
    try {
      return await withDeadline(ask(), stepDeadline, () => new Error('the shared store is too slow'));
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
      const found = await look(key, isWanted);
      if (found) return found;
      const release = await step(
        () => store.lock(key),
        () => Promise.resolve(),
      );
      if (release) return { kind: 'mint', done: () => void step(release, undefined) };
      const patience = now() + waitForOther;
      while (now() < patience) {
        await pause(lookEvery);
        const minted = await look(key, isWanted);
        if (minted) return minted;
        if (!(await step(() => store.isLocked(key), false))) break;
      }
      return mintHere;
    },
    write: (key, token) => step(() => store.write(key, token), undefined),
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref?.();
  });
}
