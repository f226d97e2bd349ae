import { sha256 } from '@noble/hashes/sha2.js';
import { base64url } from 'jose';
import { createNaming } from '../crypto/web-keyed-hash.ts';
import { createLogger } from '../logging/web-logger.ts';
import type { Platform } from './runtime.ts';

const encoder = new TextEncoder();

/** Runtimes that have the web's interfaces and nothing more is asked of: workerd, Next.js' edge runtime, Deno, Bun. */
export const webPlatform: Platform = {
  digest: (text) => base64url.encode(sha256(encoder.encode(text))),
  matcherOf(secret) {
    const expected = sha256(encoder.encode(secret));
    return (shown) => areEqual(sha256(encoder.encode(shown)), expected);
  },
  createNaming,
  createLogger,
  // Next.js' edge runtime has a process.nextTick that throws.
  scheduleBatch: (load) => {
    setTimeout(load);
  },
  readPlainToken: undefined,
  shareThroughRedis: undefined,
  useGraphiQL: undefined,
};

/** Compares two digests, which are of one length, without stopping where they differ. */
function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  let difference = 0;
  for (const [at, byte] of one.entries()) difference |= byte ^ (other[at] ?? 0);
  return difference === 0;
}
