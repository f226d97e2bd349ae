import { createEncryption } from '../crypto/encryption.ts';
import { createKeyedHash } from '../crypto/node-keyed-hash.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import type { SharedMinting } from '../mint/mint-engine.ts';
import { connectRedis, type RedisStatus } from './connection.ts';
import { redisRateLimit } from './rate-limit.ts';
import { redisSharedCache } from './shared-cache.ts';
import { type RedisSignals, redisSignals } from './signals.ts';

export interface ShareThroughRedisOptions {
  /** `redis://` or `rediss://`. */
  url: string;
  /** The keys of names and values are derived from it; the same for all instances. */
  secret: string;
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

/** How a gateway reaches its other instances, where the runtime can. */
export type ShareThroughRedis = (options: ShareThroughRedisOptions) => Sharing;

/** Shares tokens, budgets, throttling and revocations of one Clerk instance with every process on the same Redis. */
export function shareThroughRedis(options: ShareThroughRedisOptions): Sharing {
  const { url, secret, instance, maxAge, keepFor, onRevocation, onThrottled, known, log, now } = options;
  const prefix = `mintgate:${instance}:`;
  const keyedHash = createKeyedHash(secret);
  const link = connectRedis({ url, prefix, log, now });
  const signals = redisSignals({ link, prefix, keepFor, onRevocation, onThrottled, known });
  return {
    minting: {
      tokens: redisSharedCache({
        link,
        prefix,
        maxAge,
        now,
        keyedHash,
        encryption: createEncryption(secret),
      }),
      // The braces are a hash tag: Redis Cluster keeps the keys of one script in one slot.
      rateLimit: (rules) =>
        redisRateLimit({ link, prefix: `mintgate:{${instance}}:`, rules, nameOf: keyedHash.name }),
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
