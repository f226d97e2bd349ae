import type { ReadCompactJws } from '../crypto/compact-jws.ts';
import type { Digest, SecretMatcher } from '../crypto/digest.ts';
import type { KeyedHash } from '../crypto/keyed-hash.ts';
import type { GatewayLogger } from '../logging/logger.ts';
import type { Channels } from '../telemetry/channels.ts';

/** The parts of a gateway that differ between JavaScript runtimes. */
export interface Runtime {
  digest: Digest;
  secretMatcher: SecretMatcher;
  /** Creates keyed hashes. @param secret - the keys are derived from it */
  createKeyedHash(secret: string): KeyedHash;
  /** Creates the default logger. */
  createLogger(): GatewayLogger;
  /** Schedules a batch of DataLoader; `undefined` for DataLoader's default, `process.nextTick`. */
  scheduleBatch: ((load: () => void) => void) | undefined;
  /** Decodes a JWS and verifies RS256 synchronously; `undefined` where the runtime can verify only asynchronously. */
  readCompactJws: ReadCompactJws | undefined;
  /** The channels of `node:diagnostics_channel`; `undefined` where the runtime has no such module. */
  channels: Channels | undefined;
}
