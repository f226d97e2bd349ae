/** Whose subscription it is. */
export interface Owner {
  readonly sessionId: string;
  readonly userId: string;
}

/** Limits open subscriptions: in total, per user and per session. */
export interface Slots {
  /** Takes a place. @returns gives it back, once; undefined when there is none left */
  take(owner: Owner): (() => void) | undefined;
}

export interface SlotsOptions {
  /** Most places in use. */
  limit: number;
  /** Most places in use by one session. */
  sessionLimit: number;
  /** How long a place is in use at most, in milliseconds: who was ended without a word does not give his back. */
  longest: number;
  /** Milliseconds that no change of the clock touches. */
  monotonicNow: () => number;
}

/** The share of all places that one user may use, with all sessions together. */
const userShare = 0.25;

export function createSlots({ limit, sessionLimit, longest, monotonicNow }: SlotsOptions): Slots {
  const bySession = new Map<string, number>();
  const byUser = new Map<string, number>();
  const ownShare = Math.max(sessionLimit, Math.floor(limit * userShare));
  const userLimit = Math.max(1, Math.min(ownShare, Math.floor(limit / 2)));
  /** How each place is given back, and by when; the oldest first. */
  const leaves = new Map<() => void, number>();

  function clearForgotten(): void {
    for (const [giveBack, until] of leaves) {
      if (monotonicNow() < until) return;
      giveBack();
    }
  }

  return {
    take(owner) {
      clearForgotten();
      const { sessionId, userId } = owner;
      if (leaves.size >= limit || (byUser.get(userId) ?? 0) >= userLimit) return undefined;
      if ((bySession.get(sessionId) ?? 0) >= sessionLimit) return undefined;
      add(bySession, sessionId, 1);
      add(byUser, userId, 1);
      const giveBack = () => {
        if (!leaves.delete(giveBack)) return;
        add(bySession, sessionId, -1);
        add(byUser, userId, -1);
      };
      leaves.set(giveBack, monotonicNow() + longest);
      return giveBack;
    },
  };
}

function add(counts: Map<string, number>, id: string, difference: 1 | -1): void {
  const count = (counts.get(id) ?? 0) + difference;
  if (count > 0) counts.set(id, count);
  else counts.delete(id);
}
