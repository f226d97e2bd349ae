import type { AuthenticationOutcome, LookupResult, RedisResult } from './events.ts';

/** The counts of a gateway since it was created. They are plain fields, because a request must not pay for their collection. */
export interface Counts {
  readonly authentications: Record<AuthenticationOutcome, number>;
  readonly lookups: Record<LookupResult, number>;
  readonly redisCommands: Record<RedisResult, number>;
  readonly reloads: Record<'applied' | 'refused', number>;
  /** GraphQL requests that are not answered yet. */
  activeRequests: number;
}

/** Creates counts that are all 0. */
export function createCounts(): Counts {
  return {
    authentications: { authenticated: 0, anonymous: 0, refused: 0, unavailable: 0 },
    lookups: { fresh: 0, revalidated: 0, stale: 0, shared: 0, miss: 0 },
    redisCommands: { ok: 0, timeout: 0, unavailable: 0, error: 0 },
    reloads: { applied: 0, refused: 0 },
    activeRequests: 0,
  };
}
