import { limited, sessionEnded } from '../mint-failure.ts';
import { failed, type TokenResult } from '../mint-result.ts';
import type { AuthorizedRequest } from '../token-request.ts';
import { findEntry, freshnessNow } from './find-entry.ts';
import type { CacheEntry } from './memory-store.ts';
import { refreshInBackground } from './refresh.ts';
import type { TokenCache } from './token-cache.ts';
import { waitForToken, waitForUncachedToken } from './wait.ts';

/** Returns a token: a held one at once, or a new one for which all requests of its key wait together. Never rejects. */
export async function lookupToken(cache: TokenCache, request: AuthorizedRequest): Promise<TokenResult> {
  const { caller, template, policy, mode } = request;
  if (cache.negative.hasSessionEnded(caller.sessionId)) return failed(sessionEnded('cached answer'));
  const key = cache.keyOf(caller, template, policy.lifetime);
  if (mode === 'force') return forceMint(cache, key, request);
  return policy.cache ? findHeldToken(cache, key, request) : waitForUncachedToken(cache, key, request);
}

/** Mints a token after the request began, within the session's limit. Never returns a held token. */
async function forceMint(cache: TokenCache, key: string, request: AuthorizedRequest): Promise<TokenResult> {
  const startedAt = cache.revocations.nextSequence();
  const limit = await cache.forceLimit.take(request.caller);
  if (limit.kind === 'spent') return failed(limited(limit.limit, limit.retryInMs));
  return request.policy.cache
    ? waitForToken(cache, key, request, startedAt)
    : waitForUncachedToken(cache, key, request);
}

/** Returns the held token as its freshness allows, or waits for a new one. Not async: a hit needs no further promise. */
function findHeldToken(
  cache: TokenCache,
  key: string,
  request: AuthorizedRequest,
): TokenResult | Promise<TokenResult> {
  const entry = findEntry(cache, key, request);
  if (!entry) return waitForToken(cache, key, request, 0);
  const freshness = freshnessNow(cache, entry.token, request);
  if (freshness === 'fresh') return serveHeld(cache, 'fresh', entry);
  const pause = entry.pause && cache.monotonicNow() < entry.pause.until ? entry.pause : undefined;
  if (freshness === 'stale-while-revalidate') {
    if (pause) return serveHeld(cache, 'revalidated', entry);
    // A renewal must not return the token that it replaces: it waits for the next one.
    if (entry.token.jwt === request.held?.jwt) return waitForToken(cache, key, request, entry.sequence);
    refreshInBackground(cache, key, request, entry);
    return serveHeld(cache, 'revalidated', entry);
  }
  if (freshness === 'stale-if-error' && pause?.servesStale) return serveHeld(cache, 'stale', entry);
  return waitForToken(cache, key, request, 0);
}

/** Returns a held token, and counts a cache hit. */
function serveHeld(
  { counters }: TokenCache,
  kind: 'fresh' | 'revalidated' | 'stale',
  { token }: CacheEntry,
): TokenResult {
  counters.hits[kind] += 1;
  return { kind: 'token', token, source: 'memory' };
}
