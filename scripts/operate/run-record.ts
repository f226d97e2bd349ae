/** A value of a series, at a time in seconds since the epoch. */
export type Sample = readonly [time: number, value: number];

/** A series of Prometheus. */
export interface Series {
  labels: Readonly<Record<string, string>>;
  samples: readonly Sample[];
}

/** A span of time, in seconds since the epoch. */
export interface Span {
  from: number;
  to: number;
}

/** A fault that the scenario has caused. */
export interface Fault extends Span {
  name: string;
}

/** An alert that has fired: from its first to its last moment. */
export interface FiredAlert extends Span {
  alert: string;
}

/** What npm run test:operate has recorded. */
export interface RunRecord extends Span {
  faults: readonly Fault[];
  alerts: readonly FiredAlert[];
  /** The series of each query in `recordedQueries`, by its name. */
  series: Readonly<Record<string, readonly Series[]>>;
}

/** The queries whose series are recorded, with windows for a scrape every half second. */
export const recordedQueries = {
  lookups: 'sum by (mintgate_cache_result) (rate(mintgate_cache_lookups_total[2s]))',
  mints: 'sum by (mintgate_mint_outcome) (rate(mintgate_mints_total[2s]))',
  budgetUsed: 'mintgate_mint_budget_used',
  budgetLimit: 'mintgate_mint_budget_limit',
  breakerClosed: 'mintgate_circuit_breaker_state{mintgate_circuit_breaker_state="closed"}',
  redisConnected: 'mintgate_redis_connected',
  keyAccepted: 'mintgate_secret_key_accepted',
} as const;

/** The file that the scenario writes. */
export const recordFile = new URL('../../node_modules/.cache/mintgate/operate-run.json', import.meta.url);
