import { LRUCache } from 'lru-cache';
import type { Digest } from '../crypto/digest.ts';
import type { Authenticate } from './authenticate.ts';
import type { Authentication } from './caller.ts';
import { presentedCredentials } from './credentials.ts';
import { outOfTime } from './session-claims.ts';

export interface CallerCacheOptions {
  /** Most credentials remembered; the least recently used go first. */
  max: number;
  digest: Digest;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/**
 * Remembers who was verified, by the credentials as presented, for as long as the session token would be accepted and no
 * longer. A browser sends one session token with each request of a minute. Nothing that was refused is remembered.
 */
export function cacheCallers(
  authenticate: Authenticate,
  { max, digest, now }: CallerCacheOptions,
): Authenticate {
  // By sizes of one: for a plain `max` the cache takes all its memory at once, when the gateway starts.
  const known = new LRUCache<string, Authentication & { kind: 'caller' }>({
    maxSize: max,
    sizeCalculation: () => 1,
  });
  return async (request, hostContext) => {
    const key = credentialsKey(request, digest);
    if (key === undefined) return authenticate(request, hostContext);
    const remembered = known.get(key);
    if (remembered) {
      if (outOfTime(remembered.caller.claims, now() / 1000) === undefined) return remembered;
      known.delete(key);
    }
    const outcome = await authenticate(request, hostContext);
    if (outcome.kind === 'caller') known.set(key, outcome);
    return outcome;
  };
}

/** A digest, so that no session token stays in memory; of cookies, it depends on the host where they count. */
function credentialsKey(request: Request, digest: Digest): string | undefined {
  const credentials = presentedCredentials(request.headers);
  switch (credentials.kind) {
    case 'bearer':
      return digest(`bearer\n${credentials.token}`);
    case 'cookies':
      return digest(`cookies\n${new URL(request.url).origin}\n${credentials.cookie}`);
    default:
      return undefined;
  }
}
