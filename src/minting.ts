import type { ClerkClient } from '@clerk/backend';
import { clockSkewSeconds } from './auth/session-claims.ts';
import { defaultDeadline } from './clerk/client.ts';
import { frontendApiOf } from './clerk/publishable-key.ts';
import type { GatewayOptions } from './config/options.ts';
import type { GatewayLogger } from './logging/logger.ts';
import { createAuditor } from './mint/audit.ts';
import { createMintEngine, type MintEngine } from './mint/mint-engine.ts';
import { createPolicies, longestCacheAge } from './mint/policy.ts';
import type { RedisStatus } from './redis/connection.ts';
import { createRevocations, type Revocation, type Revocations } from './revocation/revocations.ts';
import type { Platform } from './runtime/runtime.ts';
import { createTokenStreams, type TokenStreams } from './subscription/token-streams.ts';
import { elapsed } from './time/monotonic-now.ts';

export interface MintingParts {
  sessions: Pick<ClerkClient['sessions'], 'getToken'>;
  onKeyVerdict: (verdict: 'accepted' | 'refused') => void;
  platform: Pick<Platform, 'createNaming' | 'digest' | 'shareThroughRedis'>;
  log: GatewayLogger;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** Minting, and taking back, with what instances share. */
export interface Minting {
  engine: MintEngine;
  /** The subscriptions to tokens. */
  streams: TokenStreams;
  revocations: Revocations;
  /** Takes revocations back in every instance. @throws when Redis, where it is used, has not taken them */
  revoke: (revocations: readonly Revocation[]) => Promise<void>;
  /** What holds of Redis; undefined where none is used. */
  redisStatus: () => RedisStatus | undefined;
  close: () => void;
}

/** The longest life of a session token, in seconds, where the options say nothing. */
export const defaultMaxSessionTokenLifetime = 600;
/** How long a held token may be handed out while Clerk fails, in seconds, where the options say nothing. */
const defaultMaxStaleAge = 300;
/** Mints per 10 s, where the options say nothing: 80 % of Clerk's limits for production and for development instances. */
const defaultMintBudget = { live: 800, test: 80 };

/** Puts mint engine, revocations and Redis together. */
export function startMinting(options: GatewayOptions, parts: MintingParts): Minting {
  const { sessions, onKeyVerdict, platform, log, now } = parts;
  const { secretKey, templates, maxStaleAge = defaultMaxStaleAge } = options;
  const { maxSessionTokenLifetime = defaultMaxSessionTokenLifetime } = options;
  const secret = options.cacheKey ?? secretKey;
  const naming = platform.createNaming(secret);
  const maxAge = Math.max(longestCacheAge(templates), maxStaleAge);
  // As long as a session token that was issued before, or a token that was minted before, may be around.
  const keepFor = (Math.max(maxSessionTokenLifetime, maxAge) + 2 * clockSkewSeconds) * 1000;
  const revocations = createRevocations({ nameOf: naming.name, sign: naming.sign, keepFor, now, elapsed });

  const sharing =
    options.redisUrl === undefined
      ? undefined
      : platform.shareThroughRedis?.({
          url: options.redisUrl,
          instance: frontendApiOf(options.publishableKey),
          onRevocation: revocations.learnText,
          onThrottled: (milliseconds) => engine.onThrottled(milliseconds),
          known: revocations.texts,
          ...{ secret, maxAge, keepFor, log, now },
        });
  const revoke = async (list: readonly Revocation[]) => {
    const texts = revocations.learn(list);
    await sharing?.signals.revoke(texts);
  };

  const engine = createMintEngine({
    sessions,
    policies: createPolicies(templates),
    revocations,
    revoke,
    shared: sharing?.minting,
    auditor: createAuditor({
      audit: options.audit ?? ((event) => log.info(event, `token ${event.outcome}`)),
      hmac: naming.fingerprint,
      log,
    }),
    digest: platform.digest,
    onKeyVerdict,
    log,
    now,
    random: Math.random,
    limits: {
      deadline: options.deadline ?? defaultDeadline,
      cacheSize: options.cacheSize ?? 50_000,
      maxStaleAge,
      fingerprintIgnore: options.fingerprintIgnore ?? [],
      mintBudget: options.mintBudget ?? defaultMintBudget[secretKey.startsWith('sk_live_') ? 'live' : 'test'],
      mintBudgetShare: options.mintBudgetShare ?? 0.25,
      userMintShare: options.userMintShare ?? 0.25,
      sessionMintLimit: options.sessionMintLimit ?? 120,
    },
  });
  const streams = createTokenStreams({
    ...{ engine, revocations, now, elapsed },
    limit: options.subscriptionLimit ?? 10_000,
    sessionLimit: options.sessionSubscriptionLimit ?? 20,
  });
  return {
    ...{ engine, streams, revocations, revoke },
    redisStatus: () => sharing?.status(),
    close: () => sharing?.close(),
  };
}
