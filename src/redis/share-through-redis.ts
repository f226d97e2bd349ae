import { createEncryption } from '../crypto/encryption.ts';
import { createKeyRing, type KeyList } from '../crypto/key-ring.ts';
import { digest } from '../crypto/node-digest.ts';
import { createKeyedHash } from '../crypto/node-keyed-hash.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import type { SharedMinting } from '../mint/mint-engine.ts';
import type { Reporter } from '../telemetry/reporter.ts';
import type { RedisStatus } from './connection.ts';
import { createMovableConnection } from './movable-connection.ts';
import { createRedisRateLimit } from './rate-limit.ts';
import { createRedisSharedCache } from './shared-cache.ts';
import { createRedisSignals, type RedisSignals } from './signals.ts';

interface ShareThroughRedisOptions {
  /** `redis://` or `rediss://`. */
  url: string;
  /** Returns the secrets that the keys of names and encryption are derived from, the newest first. Instances share tokens by those that they have in common. */
  secrets: () => KeyList<string>;
  /** The name of the Clerk instance. */
  instance: string;
  /** Returns the seconds after its `iat` in which an instance may return a token. */
  maxAge: () => number;
  /** Returns how long a revocation counts, in milliseconds. */
  keepFor: () => number;
  /** Receives the text of each revocation, including those of this process. */
  onRevocation: (text: string) => void;
  /** Called when Clerk throttles. @param milliseconds - from now on */
  onThrottled: (milliseconds: number) => void;
  /** Returns the texts of all revocations that this process knows. */
  knownTexts: () => readonly string[];
  log: GatewayLogger;
  /** @default a reporter without receivers */
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
  /** Moves to another address of Redis, without a gap. @see MovableConnection.moveTo */
  moveTo(url: string): void;
  close(): void;
}

/** The type of `shareThroughRedis`. Only runtimes with sockets can import the function. */
export type ShareThroughRedis = (options: ShareThroughRedisOptions) => Sharing;

/** Shares tokens, rate limits, throttling and revocations of one Clerk instance with every process on the same Redis. */
export function shareThroughRedis(options: ShareThroughRedisOptions): Sharing {
  const { url, secrets, instance, maxAge, keepFor, onRevocation, onThrottled, knownTexts } = options;
  const { log, reporter, now } = options;
  const prefix = `mintgate:${instance}:`;
  const keyRing = createKeyRing(secrets, (secret) => ({
    name: createKeyedHash(secret).name,
    ...createEncryption(secret),
  }));
  // Locks and counts must be common to instances that have no key in common, so these names depend on no key.
  const nameOf = (kind: string, id: string) => digest(`${instance}\n${kind}\n${id}`);
  const connection = createMovableConnection({ url, prefix, log, ...(reporter && { reporter }), now });
  const signals = createRedisSignals({ connection, prefix, keepFor, onRevocation, onThrottled, knownTexts });
  return {
    minting: {
      tokens: createRedisSharedCache({
        connection,
        prefix,
        maxAge,
        now,
        keyRing,
        lockName: (key) => nameOf('token', key),
      }),
      // The braces are a hash tag, which puts the keys of one script into one slot of Redis Cluster.
      rateLimit: (rules, onTotal) =>
        createRedisRateLimit({
          connection,
          prefix: `mintgate:{${instance}}:`,
          rules,
          nameOf,
          onTotal,
        }),
      publishThrottle: signals.publishThrottle,
    },
    signals,
    status: connection.status,
    onConnected: connection.onConnected,
    moveTo: connection.moveTo,
    close() {
      signals.close();
      connection.close();
    },
  };
}
