import type { RefusalReason } from './mint-failure.ts';

/** The counts of the mint engine in this process since the gateway was created. */
export interface GatewayStats {
  /** Tokens in memory. Expired ones count until they are replaced or evicted. */
  readonly held: number;
  /** Open subscriptions. */
  readonly subscriptions: number;
  /** Answered GraphQL requests, by path: fast path or GraphQL Yoga. */
  readonly requests: { readonly fastPath: number; readonly yoga: number };
  /** Reloads of the settings: those that took effect, and those that were refused. */
  readonly reloads: Readonly<ReloadCounts>;
  /** Requests answered with a held token, by its freshness. */
  readonly hits: {
    /** The token needed no renewal. */
    readonly fresh: number;
    /** The token was due for renewal, in the background (stale-while-revalidate). */
    readonly revalidated: number;
    /** The token should have been replaced, but no new one was available: Clerk failed or throttled, or the budget was spent (stale-if-error). */
    readonly stale: number;
  };
  /** Calls to Clerk's token endpoint, retries included. */
  readonly mints: number;
  /** Tokens found in Redis. */
  readonly shared: number;
  /** Requests that waited for a mint, which they or another request had started. */
  readonly waits: number;
  /** Refused requests for a token, by reason. Reasons that never occurred are missing. */
  readonly refusals: Readonly<Partial<Record<RefusalReason, number>>>;
}

/** Reloads of the settings, by outcome. */
export interface ReloadCounts {
  applied: number;
  refused: number;
}

/** The mutable counters that the stats are copied from. */
export interface Counters {
  hits: { fresh: number; revalidated: number; stale: number };
  mints: number;
  shared: number;
  waits: number;
  refusals: Partial<Record<RefusalReason, number>>;
}

/** Creates counters that are all 0. */
export function createCounters(): Counters {
  return { hits: { fresh: 0, revalidated: 0, stale: 0 }, mints: 0, shared: 0, waits: 0, refusals: {} };
}

export function countRefusal({ refusals }: Counters, reason: RefusalReason): void {
  refusals[reason] = (refusals[reason] ?? 0) + 1;
}
