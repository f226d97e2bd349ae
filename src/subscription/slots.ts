import type { LimitSubject } from '../mint/limits/rate-limit.ts';
/** Limits the open subscriptions: in total, per user and per session. */
export interface Slots {
  /** Takes a slot. @returns a function that releases it, once; `undefined` when there is no free slot */
  take(owner: LimitSubject): (() => void) | undefined;
}

/** Maximum numbers of slots in use. */
export interface SlotLimits {
  /** In total. */
  readonly total: number;
  /** By one session. One user may use a quarter of `total`, or as many as a session where that is more, but at most half of `total`. */
  readonly perSession: number;
}

interface SlotsOptions {
  /** Returns the present limits. Slots in use stay when a limit is lowered. */
  limits: () => SlotLimits;
  /** Time after which a slot is free again, in milliseconds: a runtime may end a subscription without releasing it. */
  maxAgeMs: number;
  /** Monotonic clock, in milliseconds. */
  monotonicNow: () => number;
}

/** The share of all slots that one user may use, with all sessions together. */
const userShare = 0.25;

/** Creates slots that are all free. */
export function createSlots({ limits, maxAgeMs, monotonicNow }: SlotsOptions): Slots {
  const bySession = new Map<string, number>();
  const byUser = new Map<string, number>();
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
      const { total, perSession } = limits();
      if (inUse.size >= total || (byUser.get(userId) ?? 0) >= userLimit(limits())) return undefined;
      if ((bySession.get(sessionId) ?? 0) >= perSession) return undefined;
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

function userLimit({ total, perSession }: SlotLimits): number {
  const ownShare = Math.max(perSession, Math.floor(total * userShare));
  return Math.max(1, Math.min(ownShare, Math.floor(total / 2)));
}

function add(counts: Map<string, number>, id: string, difference: 1 | -1): void {
  const count = (counts.get(id) ?? 0) + difference;
  if (count > 0) counts.set(id, count);
  else counts.delete(id);
}
