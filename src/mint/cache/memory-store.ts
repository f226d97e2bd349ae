import { LRUCache } from 'lru-cache';
import type { MintedToken } from '../minted-token.ts';
import type { ResolvedPolicy } from '../policy.ts';
import type { MintSubject } from '../token-request.ts';

/**
 * A held token and its state in the cache, with the caller and the policy for which it was checked. A request for the same needs no other
 * check, which would read the claims: with many tokens, each read of another object is slow. An entry without them is checked for each request.
 */
export interface CacheEntry extends Partial<TokenRecipient> {
  readonly token: MintedToken;
  /** When its mint began, as a sequence number of this process. */
  readonly sequence: number;
  /** Set after a failed renewal: no other is tried before it ends. */
  pause?: RenewalPause;
}

/** A caller and the policy under which the caller may get a token. */
export interface TokenRecipient {
  readonly userId: string;
  readonly organizationId: string | null;
  readonly policy: ResolvedPolicy;
}

/** Returns the recipient of a request's token. */
export function recipientOf({ caller, policy }: Pick<MintSubject, 'caller' | 'policy'>): TokenRecipient {
  const { userId, organizationId } = caller;
  return { userId, organizationId, policy };
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
  /** Drops the tokens whose `iat` is before a moment. @param issuedBefore - in seconds since the epoch */
  dropOld(issuedBefore: number): void;
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
    dropOld(issuedBefore) {
      for (const [key, { token }] of [...entries.entries()])
        if (token.issuedAt < issuedBefore) entries.delete(key);
    },
  };
}

// `iat` has whole seconds: within one second, the later mint is newer.
function isNewer(one: CacheEntry, other: CacheEntry): boolean {
  const difference = one.token.issuedAt - other.token.issuedAt;
  return difference > 0 || (difference === 0 && one.sequence > other.sequence);
}
