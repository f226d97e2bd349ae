import type { SharedToken } from '../../../src/mint/cache/shared-cache.ts';
import type { SharedMinting } from '../../../src/mint/mint-engine.ts';
import { disturbed, type Mood } from './moods.ts';

/** What instances share, in the memory of one test. */
export interface Memory {
  readonly tokens: Map<string, SharedToken & { issuedAt: number }>;
  readonly locks: Map<string, number>;
}

export function createMemory(): Memory {
  return { tokens: new Map(), locks: new Map() };
}

export interface ChaosOptions {
  memory?: Memory;
  /** How the store of tokens behaves, call by call. @default well */
  store?: () => Mood;
  /** How the shared rate limits behave, call by call. @default well */
  rateLimit?: () => Mood;
  /** How telling the others that Clerk throttles behaves. @default well */
  throttled?: () => Mood;
  /** Which key is looked at when one is asked for. @default the same */
  mixUp?: (key: string, keys: string[]) => string;
}

const well = (): Mood => 'well';

/** A shared store that does its work only when its mood is good. */
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
      // As a caller that does not wait does.
      void Promise.resolve(result).catch(() => {});
    },
  };
}
