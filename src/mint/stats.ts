import type { RefusalReason } from './mint-failure.ts';

/** What the mint engine has done since the gateway was created, in this process. */
export interface GatewayStats {
  /** Tokens held in memory now; ones that are over count until they are replaced or evicted. */
  readonly held: number;
  /** Subscriptions that are open now. */
  readonly subscriptions: number;
  /** Requests answered with a held token. */
  readonly hits: {
    /** In its first time. */
    readonly fresh: number;
    /** While its successor was minted behind it. */
    readonly behind: number;
    /** Past the hard point, because no other token could be had: Clerk failed or throttled, or the budget was spent. */
    readonly stale: number;
  };
  /** Calls that went to Clerk's token endpoint, retries included. */
  readonly mints: number;
  /** Tokens that were found in Redis. */
  readonly shared: number;
  /** Requests that waited for a token to be minted, by themselves or by another. */
  readonly waits: number;
  /** Requests for a token that were refused, by reason; reasons that never occurred are missing. */
  readonly refusals: Readonly<Partial<Record<RefusalReason, number>>>;
}

/** The counters behind the stats. */
export interface Counters {
  hits: { fresh: number; behind: number; stale: number };
  mints: number;
  shared: number;
  waits: number;
  refusals: Partial<Record<RefusalReason, number>>;
}

export function createCounters(): Counters {
  return { hits: { fresh: 0, behind: 0, stale: 0 }, mints: 0, shared: 0, waits: 0, refusals: {} };
}

export function countRefusal({ refusals }: Counters, reason: RefusalReason): void {
  refusals[reason] = (refusals[reason] ?? 0) + 1;
}
