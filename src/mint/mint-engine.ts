import type { Caller } from '../auth/caller.ts';
import { clockSkewSeconds } from '../auth/session-claims.ts';
import { createGetToken } from '../clerk/get-token.ts';
import type { SecretKeys } from '../clerk/secret-keys.ts';
import type { Digest } from '../crypto/digest.ts';
import { describeError } from '../logging/describe-error.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import type { Revocation, Revocations } from '../revocation/revocations.ts';
import type { Readings } from '../telemetry/readings.ts';
import type { Reporter } from '../telemetry/reporter.ts';
import { monotonicNow } from '../time/monotonic-now.ts';
import type { Auditor, AuditSubject } from './audit.ts';
import { createCacheKeys } from './cache/cache-key.ts';
import { createDiscardedTokens } from './cache/discarded-tokens.ts';
import { renewAt } from './cache/freshness.ts';
import { findHeldToken, lookupToken, serveHeldToken } from './cache/lookup.ts';
import { createMemoryStore } from './cache/memory-store.ts';
import { createNegativeCache } from './cache/negative-cache.ts';
import { createSharedLayer, noSharedLayer, type SharedCache } from './cache/shared-cache.ts';
import type { TokenCache } from './cache/token-cache.ts';
import { createIsAuthorized, type IsAuthorized } from './is-authorized.ts';
import { createAdmission } from './limits/admission.ts';
import { createBudgetReading } from './limits/budget-reading.ts';
import { createGuardedMint, type GuardedMint } from './limits/guarded-mint.ts';
import { forceRules, mintRules } from './limits/limit-rules.ts';
import { createMemoryRateLimit } from './limits/memory-rate-limit.ts';
import { type LimitRule, type OnTotal, type RateLimit, withFallback } from './limits/rate-limit.ts';
import { createThrottle, type Throttle } from './limits/throttle.ts';
import type { RefusalReason } from './mint-failure.ts';
import { createMintOnce } from './mint-once.ts';
import {
  createFindDeliverable,
  createMintToken,
  createRequireAuthorized,
  type FindDeliverable,
  type MintToken,
  type RequireAuthorized,
} from './mint-token.ts';
import type { MintedToken } from './minted-token.ts';
import type { Policies } from './policy.ts';
import { type Counters, countRefusal, createCounters, type GatewayStats } from './stats.ts';

/** The parts of the mint engine that all instances share. */
export interface SharedMinting {
  tokens: SharedCache;
  /** Creates a rate limit that counts all instances together. It must settle within a short time. @param rules - returns the present rules */
  rateLimit(rules: () => readonly LimitRule[], onTotal?: OnTotal): RateLimit;
  /** Reports to the other instances that Clerk throttles. @param milliseconds - from now on */
  publishThrottle(milliseconds: number): void;
}

interface MintEngineOptions {
  secretKeys: Pick<SecretKeys, 'call'>;
  policies: Policies;
  /** Returns whether callers like this one are accepted at present: a reload may have removed their authorized party. */
  acceptsCaller: (caller: Caller) => boolean;
  revocations: Revocations;
  /** Records revocations in every instance that can be reached. */
  revoke: (revocations: readonly Revocation[]) => Promise<void>;
  /** Undefined for a single instance. */
  shared: SharedMinting | undefined;
  auditor: Auditor;
  digest: Digest;
  log: GatewayLogger;
  reporter: Reporter;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** 0 to 1, as `Math.random`: draws the jitter of this instance's renewals. */
  random: () => number;
  /** Maximum number of tokens in memory. */
  cacheSize: number;
  /** Returns the present limits. */
  limits: () => MintLimits;
}

/** The limits that an operator can set, also while the gateway runs. */
export interface MintLimits {
  /** How long one call to Clerk, and one request for a token, may take, in milliseconds. */
  deadline: number;
  /** Seconds from `iat` after which a token is not returned even while Clerk fails. */
  maxStaleAge: number;
  /** Session claims whose changes do not affect minted tokens. */
  fingerprintIgnore: readonly string[];
  /** Mints per 10 s, of all instances together. */
  mintBudget: number;
  /** The share of the budget that one process may spend without shared limits. */
  mintBudgetShare: number;
  /** The share of the budget that one user may spend, with all sessions together; 1 for no limit. */
  userMintShare: number;
  /** Mints per minute of one session. */
  sessionMintLimit: number;
}

/** Mints, caches and limits tokens for callers and templates. */
export interface MintEngine {
  mintToken: MintToken;
  findDeliverable: FindDeliverable;
  stats(): Omit<GatewayStats, 'subscriptions' | 'requests' | 'reloads'>;
  /** Returns the state of the engine, for metrics. */
  readings(): EngineReadings;
  /** Counts and audits a refusal that was decided outside the engine. */
  onRefused(subject: AuditSubject, error: unknown, reason: RefusalReason): void;
  /** Returns when a token of a template is renewed, in seconds since the epoch. */
  renewAt(template: string, token: MintedToken): number;
  /** Returns whether a template's policy reads session claims. Its decision then holds only while the session token lives. */
  dependsOnClaims(template: string): boolean;
  /** Starts the throttle that another instance has reported. @param milliseconds - from now on */
  onThrottled(milliseconds: number): void;
  /** Drops the tokens whose `iat` is before a moment, and takes no such token from the shared cache. @param issuedBefore - in seconds since the epoch */
  dropOld(issuedBefore: number): void;
  /** Forgets discarded tokens and unknown templates, so that they are requested again. */
  forgetFailures(): void;
  /**
   * Checks whether a caller may have tokens of a template at present: authorized party, policy and its `allow`.
   *
   * @throws one of the gateway's errors
   */
  requireAuthorized: RequireAuthorized;
  /** Returns the answer of that check, without the effects of a refusal. */
  isAuthorized: IsAuthorized;
}

/** The part of the readings that the mint engine has. */
export type EngineReadings = Pick<
  Readings,
  'refusals' | 'tokensHeld' | 'mintBudget' | 'circuitBreaker' | 'throttleRemainingMs' | 'mintQueueLength'
>;

/** Maximum number of open calls to Clerk; with a larger budget, as many as the budget. */
const minOpenCalls = 100;

/**
 * Creates the mint engine from its parts: policy, cache, limits, audit. A request for a token passes `createMintToken` (policy, audit),
 * `lookupToken` (held token), `waitForToken` (single flight), `fetchToken` (negative and shared cache), `mintAndCommit`, the guarded mint
 * (limits, circuit breaker, deadline, retry), `createMintOnce` (decoding, checks) and `getToken` (the call to Clerk).
 */
export function createMintEngine(options: MintEngineOptions): MintEngine {
  const { policies, acceptsCaller, auditor, log, limits } = options;
  const deadline = () => limits().deadline;
  const counters = createCounters();
  const authorization = { policies, acceptsCaller, auditor, counters, log, deadline, monotonicNow };
  const throttle = createThrottle(monotonicNow);
  const guards = createGuards(options, throttle);
  const cache = createTokenCache(options, counters, guards.mint);
  return {
    mintToken: createMintToken({ ...authorization, lookup: (request) => lookupToken(cache, request) }),
    requireAuthorized: createRequireAuthorized(authorization),
    isAuthorized: createIsAuthorized(authorization),
    findDeliverable: createFindDeliverable({
      findHeld: (request) => findHeldToken(cache, request),
      serveHeld: (request, held) => serveHeldToken(cache, request, held),
      ...{ policies, auditor },
    }),
    stats: () => structuredClone({ held: cache.memory.size, ...counters }),
    readings: () => ({
      refusals: counters.refusals,
      tokensHeld: cache.memory.size,
      throttleRemainingMs: throttle.remainingMs(),
      ...guards.readings(),
    }),
    onRefused(subject, error, reason) {
      countRefusal(counters, reason);
      auditor.tokenRefused(subject, error);
    },
    renewAt(template, token) {
      const { jitter } = cache.settings();
      return renewAt(token, { maxCacheAge: policies(template)?.maxCacheAge ?? 0, jitter });
    },
    dependsOnClaims(template) {
      const { requires, allow } = policies(template) ?? {};
      return requires !== undefined || allow !== undefined;
    },
    onThrottled: throttle.throttleFor,
    forgetFailures() {
      cache.discarded.clear();
      cache.negative.clearTemplates();
    },
    dropOld(issuedBefore) {
      cache.oldestIssuedAt = Math.max(cache.oldestIssuedAt, issuedBefore);
      cache.memory.dropOld(issuedBefore);
    },
  };
}

/** The guarded mint, and the state of its parts. */
interface Guards {
  mint: GuardedMint;
  readings(): Pick<Readings, 'mintBudget' | 'circuitBreaker' | 'mintQueueLength'>;
}

/** Creates the guarded mint: a call to Clerk guarded by throttle, rate limits, circuit breaker and deadline. */
function createGuards(options: MintEngineOptions, throttle: Throttle): Guards {
  const { secretKeys, now, log, reporter, limits } = options;
  const presentBudget = () => (options.shared ? limits().mintBudget : ownBudget(limits()));
  const budget = createBudgetReading(presentBudget, monotonicNow);
  const admission = createAdmission({
    ...{ limits: createMintLimits(options, budget.onTotal), monotonicNow, reporter },
  });
  const { mint, circuitState } = createGuardedMint({
    call: createMintOnce({
      callClerk: (attempt) => secretKeys.call(({ client }) => attempt(createGetToken(client.sessions))),
      now,
    }),
    admit: admission.admit,
    maxOpenCalls: () => Math.max(minOpenCalls, limits().mintBudget),
    throttle: shareThrottle(throttle, options),
    deadline: () => limits().deadline,
    ...{ monotonicNow, log, reporter },
  });
  return {
    mint,
    readings: () => ({
      mintBudget: budget.read(),
      circuitBreaker: circuitState(),
      mintQueueLength: admission.queueLength(),
    }),
  };
}

/** Creates the rate limits of mints: of session, user and budget. @param onTotal - receives the counts of the budget */
function createMintLimits({ shared, limits }: MintEngineOptions, onTotal: OnTotal): RateLimit {
  const rulesOf = (budget: number) => {
    const { userMintShare, sessionMintLimit } = limits();
    return mintRules({ budget, userShare: userMintShare, sessionLimit: sessionMintLimit });
  };
  const ownLimit = createMemoryRateLimit(() => rulesOf(ownBudget(limits())), onTotal);
  if (!shared) return ownLimit;
  return withFallback(
    shared.rateLimit(() => rulesOf(limits().mintBudget), onTotal),
    ownLimit,
  );
}

/** Returns the mints per 10 s that this process may spend without shared limits. */
function ownBudget({ mintBudget, mintBudgetShare }: MintLimits): number {
  return Math.max(1, Math.floor(mintBudget * mintBudgetShare));
}

/** Creates the rate limit of mode `force`. */
function createForceLimit({ shared }: MintEngineOptions): RateLimit {
  const ownLimit = createMemoryRateLimit(() => forceRules);
  return shared
    ? withFallback(
        shared.rateLimit(() => forceRules),
        ownLimit,
      )
    : ownLimit;
}

/** Returns a throttle that is also reported to the other instances. */
function shareThrottle(throttle: Throttle, { shared, log }: MintEngineOptions): Throttle {
  return {
    remainingMs: throttle.remainingMs,
    throttleFor(milliseconds) {
      throttle.throttleFor(milliseconds);
      try {
        shared?.publishThrottle(milliseconds);
      } catch (error) {
        log.warn(describeError(error), 'the throttle of Clerk was not reported to the other instances');
      }
    },
  };
}

/** Creates the token cache. */
function createTokenCache(
  options: MintEngineOptions,
  counters: Counters,
  guardedMint: GuardedMint,
): TokenCache {
  const { revocations, shared, auditor, digest, log, reporter, now, random, cacheSize, limits } = options;
  const jitter = random();
  return {
    memory: createMemoryStore(cacheSize),
    shared: shared ? createSharedLayer(shared.tokens, monotonicNow) : noSharedLayer,
    flights: new Map(),
    negative: createNegativeCache(monotonicNow),
    discarded: createDiscardedTokens(monotonicNow),
    keyOf: createCacheKeys(() => limits().fingerprintIgnore, digest),
    forceLimit: createForceLimit(options),
    settings() {
      const { deadline, maxStaleAge } = limits();
      return { deadline, maxStaleAge, jitter };
    },
    onSessionEnded: (id) => dropSession(options, id),
    onMintedInBackground: (subject, token) => auditor.tokenMintedInBackground(subject, token),
    ...{ revocations, guardedMint, counters, log, reporter, now, monotonicNow },
    oldestIssuedAt: Number.NEGATIVE_INFINITY,
    suspicionLoggedAt: Number.NEGATIVE_INFINITY,
  };
}

/** Drops the tokens of a session that has ended at Clerk, in every instance. */
function dropSession({ revoke, now }: MintEngineOptions, id: string): void {
  // Clerk's clock may be ahead: tokens minted up to now have an `iat` up to this moment.
  const at = now() / 1000 + clockSkewSeconds;
  revoke([{ effect: 'drop', target: 'session', id, at }]).catch(() => {});
}
