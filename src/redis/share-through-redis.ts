import { createEncryption } from '../crypto/encryption.ts';
import { createKeyedHash } from '../crypto/node-keyed-hash.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import type { SharedMinting } from '../mint/mint-engine.ts';
import type { Reporter } from '../telemetry/reporter.ts';
import { createRedisConnection, type RedisStatus } from './connection.ts';
import { createRedisRateLimit } from './rate-limit.ts';
import { createRedisSharedCache } from './shared-cache.ts';
import { createRedisSignals, type RedisSignals } from './signals.ts';

interface ShareThroughRedisOptions {
  /** `redis://` or `rediss://`. */
  url: string;
  /** The secret that the keys of pseudonyms and encryption are derived from; the same for all instances. */
  secret: string;
  /** The name of the Clerk instance. */
  instance: string;
  /** Seconds after its `iat` in which an instance may return a token. */
  maxAge: number;
  /** How long a revocation counts, in milliseconds. */
  keepFor: number;
  /** Receives the text of each revocation, including those of this process. */
  onRevocation: (text: string) => void;
  /** Called when Clerk throttles. @param milliseconds - from now on */
  onThrottled: (milliseconds: number) => void;
  /** Returns the texts of all revocations that this process knows. */
  knownTexts: () => readonly string[];
  log: GatewayLogger;
  /** @default one that reports to nobody */
  reporter?: Reporter;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** The parts of a gateway that its instances share. */
export interface Sharing {
  minting: SharedMinting;
  signals: RedisSignals;
  /** Returns the last known status of Redis. */
  status(): RedisStatus;
  /** Adds a listener that is called each time that Redis becomes connected. */
  onConnected(listener: () => void): void;
  close(): void;
}

/** The type of `shareThroughRedis`. Only runtimes with sockets can import the function. */
export type ShareThroughRedis = (options: ShareThroughRedisOptions) => Sharing;

/** Shares tokens, rate limits, throttling and revocations of one Clerk instance with every process on the same Redis. */
export function shareThroughRedis(options: ShareThroughRedisOptions): Sharing {
  const {
    url,
    secret,
    instance,
    maxAge,
    keepFor,
    onRevocation,
    onThrottled,
    knownTexts,
    log,
    reporter,
    now,
  } = options;
  const prefix = `mintgate:${instance}:`;
  const keyedHash = createKeyedHash(secret);
  const connection = createRedisConnection({ url, prefix, log, ...(reporter && { reporter }), now });
  const signals = createRedisSignals({ connection, prefix, keepFor, onRevocation, onThrottled, knownTexts });
  return {
    minting: {
      tokens: createRedisSharedCache({
        connection,
        prefix,
        maxAge,
        now,
        keyedHash,
        encryption: createEncryption(secret),
      }),
      // The braces are a hash tag, which puts the keys of one script into one slot of Redis Cluster.
      rateLimit: (rules, onTotal) =>
        createRedisRateLimit({
          connection,
          prefix: `mintgate:{${instance}}:`,
          rules,
          onTotal,
          nameOf: keyedHash.name,
        }),
      publishThrottle: signals.publishThrottle,
    },
    signals,
    status: connection.status,
    onConnected: connection.onConnected,
    close() {
      signals.close();
      connection.close();
    },
  };
}
