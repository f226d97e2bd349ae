import { digest, secretMatcher } from '../crypto/web-digest.ts';
import { createKeyedHash } from '../crypto/web-keyed-hash.ts';
import { createLogger } from '../logging/web-logger.ts';
import type { Runtime } from './runtime.ts';

/** Runtimes with the interfaces of the web: workerd, Next.js' edge runtime, Deno, Bun. */
export const webRuntime: Runtime = {
  ...{ digest, secretMatcher, createKeyedHash, createLogger },
  // Next.js' edge runtime has a process.nextTick that throws.
  scheduleBatch: (load) => {
    setTimeout(load);
  },
  readCompactJws: undefined,
};
