import { LRUCache } from 'lru-cache';
import type { MintedToken } from '../minted-token.ts';

/** A held token and its state in the cache. */
export interface CacheEntry {
  readonly token: MintedToken;
  /** When its mint began, as a sequence number of this process. */
  readonly sequence: number;
  /** Set after a failed renewal: no other is tried before it ends. */
  pause?: RenewalPause;
}

/** A pause after a failed renewal. */
interface RenewalPause {
  /** Its end, on the monotonic clock in milliseconds. */
  readonly until: number;
  /** Whether the failure allows stale-if-error. */
  readonly servesStale: boolean;
}

/** The tokens in the memory of this process. */
export interface MemoryStore {
  readonly size: number;
  get(key: string): CacheEntry | undefined;
  /** Stores a token unless the stored one is newer. @returns whether it was stored */
  commit(key: string, entry: CacheEntry): boolean;
  drop(key: string): void;
}

/** The smallest size that an entry counts with, in bytes: a larger one counts for several. */
const minEntrySize = 8_192;

/** Creates an empty store. @param max - maximum number of entries; fewer where tokens are large. The least recently used is evicted first */
export function createMemoryStore(max: number): MemoryStore {
  // Limited by size alone: with `max`, lru-cache allocates all its memory at the start.
  const entries = new LRUCache<string, CacheEntry>({
    maxSize: max * minEntrySize,
    // The text, and about as much for the decoded claims.
    sizeCalculation: ({ token }, key) => Math.max(minEntrySize, 2 * token.jwt.length + key.length),
  });
  return {
    get size() {
      return entries.size;
    },
    get: (key) => entries.get(key),
    commit(key, candidate) {
      const stored = entries.peek(key);
      if (stored && isNewer(stored, candidate)) return false;
      entries.set(key, candidate);
      return true;
    },
    drop: (key) => void entries.delete(key),
  };
}

// `iat` has whole seconds: within one second, the later mint is newer.
function isNewer(one: CacheEntry, other: CacheEntry): boolean {
  const difference = one.token.issuedAt - other.token.issuedAt;
  return difference > 0 || (difference === 0 && one.sequence > other.sequence);
}
