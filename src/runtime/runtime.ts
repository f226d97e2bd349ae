import type { ReadCompactJws } from '../crypto/compact-jws.ts';
import type { Digest, SecretMatcher } from '../crypto/digest.ts';
import type { KeyedHash } from '../crypto/keyed-hash.ts';
import type { GatewayLogger } from '../logging/logger.ts';

/** The parts of a gateway that differ between JavaScript runtimes. */
export interface Runtime {
  digest: Digest;
  secretMatcher: SecretMatcher;
  /** @param secret - the keys are derived from it */
  createKeyedHash(secret: string): KeyedHash;
  createLogger(): GatewayLogger;
  /** Schedules a batch of DataLoader's; `undefined` for DataLoader's default, `process.nextTick`. */
  scheduleBatch: ((load: () => void) => void) | undefined;
  /** Verifies RS256 synchronously; `undefined` where the runtime verifies asynchronously only. */
  readCompactJws: ReadCompactJws | undefined;
}
