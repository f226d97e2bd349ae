import type { SharedToken } from '../../../src/mint/cache/shared-cache.ts';
import type { SharedMinting } from '../../../src/mint/mint-engine.ts';
import { disturbed, type Mood } from './moods.ts';

/** The state that instances share, in the memory of one test. */
export interface Memory {
  readonly tokens: Map<string, SharedToken & { issuedAt: number }>;
  readonly locks: Map<string, number>;
}

export function createMemory(): Memory {
  return { tokens: new Map(), locks: new Map() };
}

export interface ChaosOptions {
  memory?: Memory;
  /** The mood of each call to the token store. @default well */
  store?: () => Mood;
  /** The mood of each call to the shared rate limits. @default well */
  rateLimit?: () => Mood;
  /** The mood of each report that Clerk throttles. @default well */
  throttled?: () => Mood;
  /** Returns the key that is read instead of a requested one. @default the same */
  mixUp?: (key: string, keys: string[]) => string;
}

const well = (): Mood => 'well';

/** A shared store that works only in the mood `well`. */
export function chaoticSharing(options: ChaosOptions): SharedMinting {
  const {
    memory = createMemory(),
    store = well,
    rateLimit = well,
    throttled = well,
    mixUp = (key) => key,
  } = options;
  const { tokens, locks } = memory;
  const isLocked = (key: string) => (locks.get(key) ?? 0) > Date.now();
  return {
    tokens: {
      read: disturbed(store, async (key) => tokens.get(mixUp(key, [...tokens.keys()]))),
      write: disturbed(store, async (key, token) => {
        if ((tokens.get(key)?.issuedAt ?? 0) <= token.issuedAt) tokens.set(key, token);
      }),
      drop: disturbed(store, async (key) => void tokens.delete(key)),
      lock: disturbed(store, async (key) => {
        if (isLocked(key)) return undefined;
        locks.set(key, Date.now() + 3_000);
        return disturbed(store, async () => void locks.delete(key));
      }),
    },
    rateLimit: () => ({
      take: disturbed(rateLimit, async () => ({ kind: 'taken' }) as const),
    }),
    throttled: (milliseconds) => {
      const result: unknown = disturbed(throttled, async (_milliseconds: number) => {})(milliseconds);
      // The engine does not wait for this report.
      void Promise.resolve(result).catch(() => {});
    },
  };
}
