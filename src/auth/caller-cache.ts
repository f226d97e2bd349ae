import { LRUCache } from 'lru-cache';
import type { Digest } from '../crypto/digest.ts';
import type { Authenticate } from './authenticate.ts';
import type { Authentication } from './authentication.ts';
import { readCredentials } from './credentials.ts';
import { findTimeRefusal } from './session-claims.ts';

interface CallerCacheOptions {
  /** The maximum number of cached callers. The least recently used is evicted first. */
  max: number;
  digest: Digest;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/**
 * Wraps an `authenticate` function, so that it caches callers by their credentials until the session token expires: a browser sends the
 * same session token for about a minute. Refusals are not cached.
 */
export function cacheCallers(
  authenticate: Authenticate,
  { max, digest, now }: CallerCacheOptions,
): Authenticate {
  // With `max` instead of `maxSize`, LRUCache allocates the memory of all entries when it is created.
  const callers = new LRUCache<string, Authentication & { kind: 'authenticated' }>({
    maxSize: max,
    sizeCalculation: () => 1,
  });
  return async (request, hostContext) => {
    const key = cacheKey(request, digest);
    if (key === undefined) return authenticate(request, hostContext);
    const cached = callers.get(key);
    if (cached) {
      if (findTimeRefusal(cached.caller.claims, now() / 1000) === undefined) return cached;
      callers.delete(key);
    }
    const outcome = await authenticate(request, hostContext);
    if (outcome.kind === 'authenticated') callers.set(key, outcome);
    return outcome;
  };
}

/**
 * Returns the cache key of a request, or `undefined` without usable credentials. It is a digest, so that no session token stays in memory.
 * For cookies, the key includes the origin, because Clerk's verdict depends on it.
 */
function cacheKey(request: Request, digest: Digest): string | undefined {
  const credentials = readCredentials(request.headers);
  switch (credentials.kind) {
    case 'bearer':
      return digest(`bearer\n${credentials.token}`);
    case 'cookies':
      return digest(`cookies\n${new URL(request.url).origin}\n${credentials.cookie}`);
    default:
      return undefined;
  }
}
