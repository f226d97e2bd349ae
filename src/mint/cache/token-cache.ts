import type { GatewayLogger } from '../../logging/logger.ts';
import type { Revocations } from '../../revocation/revocations.ts';
import type { Reporter } from '../../telemetry/reporter.ts';
import type { WorkSpan } from '../../telemetry/tracing.ts';
import type { GuardedMint } from '../limits/guarded-mint.ts';
import type { RateLimit } from '../limits/rate-limit.ts';
import type { TokenResult } from '../mint-result.ts';
import type { MintedToken } from '../minted-token.ts';
import type { Counters } from '../stats.ts';
import type { AuthorizedRequest, MintSubject } from '../token-request.ts';
import type { CacheKeyOf } from './cache-key.ts';
import type { DiscardedTokens } from './discarded-tokens.ts';
import type { MemoryStore } from './memory-store.ts';
import type { NegativeCache } from './negative-cache.ts';
import type { SharedLayer } from './shared-cache.ts';

/** The parts, settings and clocks of the token cache: the state that its functions work on. */
export interface TokenCache {
  readonly memory: MemoryStore;
  readonly shared: SharedLayer;
  /** The single flights that requests may join, by cache key. */
  readonly flights: Map<string, SingleFlight>;
  readonly negative: NegativeCache;
  readonly discarded: DiscardedTokens;
  readonly revocations: Revocations;
  readonly keyOf: CacheKeyOf;
  readonly guardedMint: GuardedMint;
  /** Limits requests of mode `force`, per session. */
  readonly forceLimit: RateLimit;
  readonly counters: Counters;
  /** Returns the present settings. */
  readonly settings: () => CacheSettings;
  /** Called when Clerk reports that a session has ended, so that other instances learn it. */
  readonly onSessionEnded: (sessionId: string) => void;
  /** Called for each token that was minted while no request waited for it. */
  readonly onMintedInBackground: (subject: MintSubject, token: MintedToken) => void;
  readonly log: Pick<GatewayLogger, 'error'>;
  readonly reporter: Pick<Reporter, 'lookup' | 'mint' | 'startSpan'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Monotonic clock, in milliseconds. */
  readonly monotonicNow: () => number;
  /** Older tokens are not taken from the shared cache: their `iat`, in seconds since the epoch. */
  oldestIssuedAt: number;
  /** The time of the last log line about refused sessions of too many users, in milliseconds since the epoch. */
  suspicionLoggedAt: number;
}

/** The settings of the token cache. */
interface CacheSettings {
  /** How long a request may take, in milliseconds. */
  readonly deadline: number;
  /** Seconds from `iat` after which a token is not returned even while Clerk fails. */
  readonly maxStaleAge: number;
  /** How early this instance renews tokens: 0 for the latest time, 1 for the earliest. */
  readonly jitter: number;
}

/** A mint in progress that other requests for the same key may join: one leader, any number of followers. */
export interface SingleFlight {
  /** When it started, as a sequence number of this process. */
  readonly sequence: number;
  /** When it started, on the monotonic clock in milliseconds. */
  readonly startedAt: number;
  /** The leader's mode is `force`: the token is minted, and not taken from the shared cache. */
  readonly isForced: boolean;
  /** Its span, if the leader's request is recorded. */
  readonly span: WorkSpan | undefined;
  /** Never rejects. */
  readonly result: Promise<SequencedResult>;
}

/** The result of a mint, with the moment that revocations are compared with. */
export interface SequencedResult {
  readonly result: TokenResult;
  /** When the call to Clerk or the read of the shared cache began, as a sequence number of this process. */
  readonly sequence: number;
}

/** Returns the time until a request's deadline, in milliseconds; 0 once it has passed. */
export function timeLeft(cache: TokenCache, { startedAt }: AuthorizedRequest): number {
  return Math.max(0, cache.settings().deadline - (cache.monotonicNow() - startedAt));
}

/** Returns whether a revocation has arrived for the caller since a sequence number of this process. */
export function isOutdated(
  cache: TokenCache,
  { caller }: Pick<MintSubject, 'caller'>,
  sequence: number,
): boolean {
  return cache.revocations.invalidates(caller, { sequence, issuedAt: Number.POSITIVE_INFINITY });
}
