import type { LimitSubject } from '../mint/limits/rate-limit.ts';
/** Limits the open subscriptions: in total, per user and per session. */
export interface Slots {
  /** Takes a slot. @returns a function that releases it, once; `undefined` when there is no free slot */
  take(owner: LimitSubject): (() => void) | undefined;
}

interface SlotsOptions {
  /** Maximum number of slots in use. */
  limit: number;
  /** Maximum number of slots in use by one session. */
  sessionLimit: number;
  /** Time after which a slot is free again, in milliseconds: a runtime may end a subscription without releasing it. */
  maxAgeMs: number;
  /** Monotonic clock, in milliseconds. */
  monotonicNow: () => number;
}

/** The share of all slots that one user may use, with all sessions together. */
const userShare = 0.25;

/** Creates slots that are all free. */
export function createSlots({ limit, sessionLimit, maxAgeMs, monotonicNow }: SlotsOptions): Slots {
  const bySession = new Map<string, number>();
  const byUser = new Map<string, number>();
  const ownShare = Math.max(sessionLimit, Math.floor(limit * userShare));
  const userLimit = Math.max(1, Math.min(ownShare, Math.floor(limit / 2)));
  /** The release function of each slot in use, and when the slot expires; the oldest first. */
  const inUse = new Map<() => void, number>();

  function releaseExpired(): void {
    for (const [release, until] of inUse) {
      if (monotonicNow() < until) return;
      release();
    }
  }

  return {
    take({ sessionId, userId }) {
      releaseExpired();
      if (inUse.size >= limit || (byUser.get(userId) ?? 0) >= userLimit) return undefined;
      if ((bySession.get(sessionId) ?? 0) >= sessionLimit) return undefined;
      add(bySession, sessionId, 1);
      add(byUser, userId, 1);
      const release = () => {
        if (!inUse.delete(release)) return;
        add(bySession, sessionId, -1);
        add(byUser, userId, -1);
      };
      inUse.set(release, monotonicNow() + maxAgeMs);
      return release;
    },
  };
}

function add(counts: Map<string, number>, id: string, difference: 1 | -1): void {
  const count = (counts.get(id) ?? 0) + difference;
  if (count > 0) counts.set(id, count);
  else counts.delete(id);
}
