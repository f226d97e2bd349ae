import type { Sealing } from '../crypto/encryption.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import type { SharedMinting } from '../mint/mint-engine.ts';
import { connectRedis, type RedisStatus } from './connection.ts';
import { redisRateLimit } from './rate-limit.ts';
import { redisTokens } from './shared-cache.ts';
import { type RedisSignals, redisSignals } from './signals.ts';

export interface ShareThroughRedisOptions {
  /** `redis://` or `rediss://`. */
  url: string;
  sealing: Sealing;
  /** Names the Clerk instance. */
  instance: string;
  /** Seconds from `iat` after which no instance hands a token out. */
  maxAge: number;
  /** How long a revocation counts, in milliseconds. */
  keepFor: number;
  onRevocation: (text: string) => void;
  onThrottled: (milliseconds: number) => void;
  /** Everything that this process knows to be revoked. */
  known: () => readonly string[];
  log: GatewayLogger;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** What a gateway shares with its other instances. */
export interface Sharing {
  minting: SharedMinting;
  signals: RedisSignals;
  /** What holds of Redis. */
  status(): RedisStatus;
  /** Called whenever Redis is there: after the start, and after each time it was away. */
  onHere(listener: () => void): void;
  close(): void;
}

/** Shares through Redis; the keys of what it seals are derived from a secret. */
export type ShareThroughRedis = (
  options: Omit<ShareThroughRedisOptions, 'sealing'> & { secret: string },
) => Sharing;

/** Shares tokens, budgets, throttling and revocations of one Clerk instance with every process on the same Redis. */
export function shareThroughRedis(options: ShareThroughRedisOptions): Sharing {
  const { url, sealing, instance, maxAge, keepFor, onRevocation, onThrottled, known, log, now } = options;
  const prefix = `mintgate:${instance}:`;
  const link = connectRedis({ url, prefix, log, now });
  const signals = redisSignals({ link, prefix, keepFor, onRevocation, onThrottled, known });
  return {
    minting: {
      tokens: redisTokens({ link, sealing, prefix, maxAge, now }),
      // The braces are a hash tag: Redis Cluster keeps the keys of one script in one slot.
      rateLimit: (rules) =>
        redisRateLimit({ link, prefix: `mintgate:{${instance}}:`, rules, nameOf: sealing.name }),
      throttled: signals.throttled,
    },
    signals,
    status: link.status,
    onHere: link.onHere,
    close() {
      signals.close();
      link.close();
    },
  };
}
