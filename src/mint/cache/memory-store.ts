import { LRUCache } from 'lru-cache';
import type { MintedToken } from '../minted-token.ts';

/** A token in the cache. */
export interface HeldToken {
  readonly token: MintedToken;
  /** When its mint began, in the order of this process. */
  readonly order: number;
  /** Set when it could not be renewed: for a moment, that is not tried again. */
  pause?: RenewalPause;
}

/** A moment in which a held token is not renewed, because that has just failed. */
export interface RenewalPause {
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** Whether the token may be handed out meanwhile although it should have been replaced. */
  readonly servesStale: boolean;
}

/** The tokens that this process holds. */
export interface MemoryStore {
  readonly size: number;
  get(key: string): HeldToken | undefined;
  /** Takes a token, unless the one that is held is newer. @returns whether it was taken */
  commit(key: string, held: HeldToken): boolean;
  drop(key: string): void;
}

/** Room that one entry takes at least, in bytes: a larger one counts for several. */
const entryRoom = 8_192;

/** @param max - most entries, fewer when tokens are large; the least recently used goes first */
export function createMemoryStore(max: number): MemoryStore {
  // By size alone: for a `max` the cache takes all its memory at once, when the gateway starts.
  const held = new LRUCache<string, HeldToken>({
    maxSize: max * entryRoom,
    // The text, and about as much again for the decoded claims.
    sizeCalculation: ({ token }, key) => Math.max(entryRoom, 2 * token.jwt.length + key.length),
  });
  return {
    get size() {
      return held.size;
    },
    get: (key) => held.get(key),
    commit(key, candidate) {
      const present = held.peek(key);
      if (present && isNewer(present, candidate)) return false;
      held.set(key, candidate);
      return true;
    },
    drop: (key) => void held.delete(key),
  };
}

// Of two tokens of the same second, the one whose mint began later knows more.
function isNewer(one: HeldToken, other: HeldToken): boolean {
  const difference = one.token.issuedAt - other.token.issuedAt;
  return difference > 0 || (difference === 0 && one.order > other.order);
}
