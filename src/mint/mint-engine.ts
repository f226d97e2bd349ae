import type { ClerkClient } from '@clerk/backend';
import { clockSkewSeconds } from '../auth/session-claims.ts';
import { createClerkCall } from '../clerk/get-token.ts';
import type { Digest } from '../crypto/digest.ts';
import { describeError, type GatewayLogger } from '../logging/logger.ts';
import type { Revocation, Revocations } from '../revocation/revocations.ts';
import { monotonicNow } from '../time/monotonic-now.ts';
import type { Auditor, AuditSubject } from './audit.ts';
import { cacheKeys } from './cache/cache-key.ts';
import { createDiscardedTokens } from './cache/discarded-tokens.ts';
import { renewalOf } from './cache/freshness.ts';
import { createTokenCache } from './cache/lookup.ts';
import { createMemoryStore } from './cache/memory-store.ts';
import { createNegativeCache } from './cache/negative-cache.ts';
import { noSharedLayer, type SharedCache, sharedLayer } from './cache/shared-cache.ts';
import { createAdmission } from './limits/admission.ts';
import { createGuardedMint } from './limits/guarded-mint.ts';
import { freshRules, mintRules } from './limits/limit-rules.ts';
import { memoryRateLimit } from './limits/memory-rate-limit.ts';
import { type LimitRule, type RateLimit, withFallback } from './limits/rate-limit.ts';
import { createThrottle } from './limits/throttle.ts';
import type { RefusalReason } from './mint-failure.ts';
import { createMintToken, type MintToken } from './mint-token.ts';
import type { MintedToken } from './minted-token.ts';
import type { Policies } from './policy.ts';
import { countRefusal, createCounters, type GatewayStats } from './stats.ts';

/** What the instances of a gateway have in common. */
export interface SharedMinting {
  tokens: SharedCache;
  /** Rate limits that all instances count together. They may fail, and may take too long. */
  rateLimit(rules: readonly LimitRule[]): RateLimit;
  /** Tells the others that Clerk throttles. */
  throttled(milliseconds: number): void;
}

export interface MintEngineOptions {
  sessions: Pick<ClerkClient['sessions'], 'getToken'>;
  policies: Policies;
  revocations: Revocations;
  /** Takes revocations back in every instance, as far as that is possible. */
  revoke: (revocations: readonly Revocation[]) => Promise<void>;
  /** Undefined for an instance that is alone. */
  shared: SharedMinting | undefined;
  auditor: Auditor;
  digest: Digest;
  onKeyVerdict: (verdict: 'accepted' | 'refused') => void;
  log: GatewayLogger;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** 0 to 1; decides when, within the spread, this instance renews tokens. */
  random: () => number;
  limits: MintLimits;
}

/** The numbers that an operator may set. */
export interface MintLimits {
  /** How long one call to Clerk, and the wait for a token, may take, in milliseconds. */
  deadline: number;
  /** Most tokens held in memory. */
  cacheSize: number;
  /** Seconds from `iat` after which a token is not handed out even while Clerk fails. */
  maxStaleAge: number;
  /** Claims of the session token that change without meaning anything for a minted token. */
  fingerprintIgnore: readonly string[];
  /** Mints per 10 s, of all instances together. */
  mintBudget: number;
  /** The share of it that one process may spend while nothing is shared. */
  mintBudgetShare: number;
  /** The share of the budget that one user may spend, with all sessions together; 1 for no such limit. */
  userMintShare: number;
  /** Mints per minute of one session. */
  sessionMintLimit: number;
}

/** The mint engine: from a caller and a template to a token. */
export interface MintEngine {
  mintToken: MintToken;
  stats(): Omit<GatewayStats, 'subscriptions'>;
  /** A verified caller gets no token, for a reason that was found before the engine was asked. */
  onRefused(subject: AuditSubject, error: unknown, reason: RefusalReason): void;
  /** When a token of a template is renewed, in seconds since the epoch. */
  renewalOf(template: string, token: MintedToken): number;
  /** Whether a policy asks for something that only the claims of a fresh session token can tell. */
  asksOfClaims(template: string): boolean;
  /** Another instance says that Clerk throttles. @param milliseconds - for how long yet */
  onThrottled(milliseconds: number): void;
}

/** Most calls to Clerk that may be open at once; with a larger budget, as many as the budget. */
const leastOpenCalls = 100;

/** Puts the parts together: policy, cache, control, audit. */
export function createMintEngine(options: MintEngineOptions): MintEngine {
  const { sessions, policies, revocations, shared, auditor, onKeyVerdict, log, now, limits } = options;
  const counters = createCounters();
  const held = createMemoryStore(limits.cacheSize);
  const gate = createThrottle(monotonicNow);
  const ahead = options.random();

  const rulesOf = (budget: number) =>
    mintRules({ budget, userShare: limits.userMintShare, sessionLimit: limits.sessionMintLimit });
  const ownBudget = Math.max(1, Math.floor(limits.mintBudget * limits.mintBudgetShare));
  const sharedOr = (rules: readonly LimitRule[], own: RateLimit) =>
    shared ? withFallback(shared.rateLimit(rules), own) : own;
  const mintLimits = sharedOr(rulesOf(limits.mintBudget), memoryRateLimit(rulesOf(ownBudget)));
  const issue = createGuardedMint({
    call: createClerkCall({ sessions, now, onKeyVerdict }),
    admit: createAdmission({ limits: mintLimits, monotonicNow }),
    maxOpenCalls: Math.max(leastOpenCalls, limits.mintBudget),
    gate: {
      remaining: gate.remaining,
      close(milliseconds) {
        gate.close(milliseconds);
        try {
          shared?.throttled(milliseconds);
        } catch (error) {
          log.warn(describeError(error), 'other instances were not told that Clerk throttles');
        }
      },
    },
    deadline: limits.deadline,
    monotonicNow,
    log,
  });

  const give = createTokenCache({
    issue,
    held,
    shared: shared ? sharedLayer(shared.tokens, monotonicNow) : noSharedLayer,
    revocations,
    refusals: createNegativeCache(monotonicNow),
    keyOf: cacheKeys(limits.fingerprintIgnore, options.digest),
    discarded: createDiscardedTokens(monotonicNow),
    freshLimit: sharedOr(freshRules, memoryRateLimit(freshRules)),
    counters,
    deadline: limits.deadline,
    maxStaleAge: limits.maxStaleAge,
    ahead,
    onSessionOver(id) {
      // Clerk's clock may be ahead of this one: what it has minted up to now has an `iat` up to then.
      const at = now() / 1000 + clockSkewSeconds;
      options.revoke([{ effect: 'drop', subject: 'session', id, at }]).catch(() => {});
    },
    onMintedBehind: (mint, token) => auditor.mintedBehind(mint, token),
    log,
    now,
    monotonicNow,
  });

  return {
    mintToken: createMintToken({
      ...{ policies, give, audit: auditor, counters },
      ...{ log, deadline: limits.deadline, monotonicNow },
    }),
    stats: () => structuredClone({ held: held.size, ...counters }),
    onRefused(subject, error, reason) {
      countRefusal(counters, reason);
      auditor.refused(subject, error);
    },
    renewalOf: (template, token) =>
      renewalOf(token, { maxCacheAge: policies(template)?.maxCacheAge ?? 0, ahead }),
    asksOfClaims(template) {
      const { requires, allow } = policies(template) ?? {};
      return requires !== undefined || allow !== undefined;
    },
    onThrottled: gate.close,
  };
}
