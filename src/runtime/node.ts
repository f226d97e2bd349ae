import { readCompactJws } from '../crypto/node-compact-jws.ts';
import { digest, secretMatcher } from '../crypto/node-digest.ts';
import { createKeyedHash } from '../crypto/node-keyed-hash.ts';
import { createLogger } from '../logging/node-logger.ts';
import { nodeChannels } from '../telemetry/node-channels.ts';
import type { Runtime } from './runtime.ts';

/** The runtime of Node.js. */
export const nodeRuntime: Runtime = {
  ...{ digest, secretMatcher, createKeyedHash, createLogger, readCompactJws },
  scheduleBatch: undefined,
  channels: nodeChannels,
};
