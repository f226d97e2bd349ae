import { digest, secretMatcher } from '../crypto/web-digest.ts';
import { createKeyedHash } from '../crypto/web-keyed-hash.ts';
import { createLogger } from '../logging/web-logger.ts';
import type { Runtime } from './runtime.ts';

/** The runtime without Node.js: Web APIs alone, as in workerd, Next.js' edge runtime, Deno and Bun. */
export const webRuntime: Runtime = {
  ...{ digest, secretMatcher, createKeyedHash, createLogger },
  // In Next.js' edge runtime, process.nextTick throws.
  scheduleBatch: (load) => {
    setTimeout(load);
  },
  readCompactJws: undefined,
  channels: undefined,
};
