import type { SharedToken } from '../../../src/mint/cache/shared-cache.ts';
import type { SharedMinting } from '../../../src/mint/mint-engine.ts';
import { withTimeout } from '../../../src/time/with-timeout.ts';
import { type Behaviour, disturbed } from './behaviours.ts';

/** Tokens and locks that the instances of one test share. */
export interface Memory {
  readonly tokens: Map<string, SharedToken & { issuedAt: number }>;
  readonly locks: Map<string, number>;
}

export function createMemory(): Memory {
  return { tokens: new Map(), locks: new Map() };
}

export interface ChaosOptions {
  memory?: Memory;
  /** The behaviour of the token store, call by call. @default well */
  store?: () => Behaviour;
  /** The behaviour of the shared rate limits, call by call. @default well */
  rateLimit?: () => Behaviour;
  /** The behaviour of publishing that Clerk throttles. @default well */
  throttled?: () => Behaviour;
  /** Replaces the key of a read. @default the same key */
  mixUp?: (key: string, keys: string[]) => string;
}

const well = (): Behaviour => 'well';

/** Longest time that a call takes, in milliseconds: two commands of a connection to Redis, each of which rejects after 50 ms. */
const boundMs = 100;

/** A function that behaves as `behaviour` says, and rejects after `boundMs`, as the real connection does. */
function bounded<A extends unknown[], T>(
  behaviour: () => Behaviour,
  call: (...args: A) => Promise<T>,
): (...args: A) => Promise<T> {
  const disturbedCall = disturbed(behaviour, call);
  return (...args) => withTimeout(disturbedCall(...args), boundMs, () => new Error('no answer in time'));
}

/** A shared store that works only while its behaviour is `well`. */
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
      read: bounded(store, async (key) => tokens.get(mixUp(key, [...tokens.keys()]))),
      write: bounded(store, async (key, token) => {
        if ((tokens.get(key)?.issuedAt ?? 0) <= token.issuedAt) tokens.set(key, token);
      }),
      drop: bounded(store, async (key) => void tokens.delete(key)),
      lock: bounded(store, async (key) => {
        if (isLocked(key)) return undefined;
        locks.set(key, Date.now() + 3_000);
        return bounded(store, async () => void locks.delete(key));
      }),
    },
    rateLimit: () => ({
      take: bounded(rateLimit, async () => ({ kind: 'taken' }) as const),
    }),
    publishThrottle: (milliseconds) => {
      const result: unknown = disturbed(throttled, async (_milliseconds: number) => {})(milliseconds);
      // The caller does not wait for it.
      void Promise.resolve(result).catch(() => {});
    },
  };
}
