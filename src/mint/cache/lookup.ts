import { limited, sessionEnded } from '../mint-failure.ts';
import { failed, type TokenResult } from '../mint-result.ts';
import type { AuthorizedRequest } from '../token-request.ts';
import { findEntry, freshnessNow } from './find-entry.ts';
import type { CacheEntry } from './memory-store.ts';
import { refreshInBackground } from './refresh.ts';
import type { TokenCache } from './token-cache.ts';
import { waitForToken, waitForUncachedToken } from './wait.ts';

/** A held token that a request may get now. */
export interface HeldToken {
  readonly key: string;
  readonly entry: CacheEntry;
  /** How the hit is counted: the token needs no renewal, is due for renewal, or should have been replaced. */
  readonly hit: 'fresh' | 'revalidated' | 'stale';
  /** Whether the token is renewed in the background when it is served. */
  readonly startsRenewal: boolean;
}

/** Returns a token: a held one at once, or a new one for which all requests of its key wait together. Never rejects. */
export async function lookupToken(cache: TokenCache, request: AuthorizedRequest): Promise<TokenResult> {
  const { caller, template, policy, mode } = request;
  if (cache.negative.hasSessionEnded(caller.sessionId)) return failed(sessionEnded('cached answer'));
  const key = cache.keyOf(caller, template, policy.lifetime);
  if (mode === 'force') return forceMint(cache, key, request);
  if (!policy.cache) return waitForUncachedToken(cache, key, request);
  const held = findHeldToken(cache, request);
  if (!held) return waitForToken(cache, key, request, 0);
  const { startsRenewal, entry } = held;
  // A renewal must not return the token that it replaces: it waits for the next one.
  if (startsRenewal && entry.token.jwt === request.held?.jwt)
    return waitForToken(cache, key, request, entry.sequence);
  return serveHeldToken(cache, request, held);
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

/**
 * Returns the held token that a request may get without waiting, as its freshness allows, or `undefined`. It counts nothing and starts
 * nothing: `serveHeldToken` does.
 */
export function findHeldToken(cache: TokenCache, request: AuthorizedRequest): HeldToken | undefined {
  const { caller, template, policy, mode } = request;
  if (mode === 'force' || !policy.cache || cache.negative.hasSessionEnded(caller.sessionId)) return undefined;
  const key = cache.keyOf(caller, template, policy.lifetime);
  const entry = findEntry(cache, key, request);
  if (!entry) return undefined;
  const freshness = freshnessNow(cache, entry.token, request);
  if (freshness === 'fresh') return { key, entry, hit: 'fresh', startsRenewal: false };
  const pause = entry.pause && cache.monotonicNow() < entry.pause.until ? entry.pause : undefined;
  if (freshness === 'stale-while-revalidate')
    return { key, entry, hit: 'revalidated', startsRenewal: pause === undefined };
  const servesStale = freshness === 'stale-if-error' && pause?.servesStale;
  return servesStale ? { key, entry, hit: 'stale', startsRenewal: false } : undefined;
}

/** Returns a held token, counts a cache hit, and renews the token in the background where that is due. */
export function serveHeldToken(
  cache: TokenCache,
  request: AuthorizedRequest,
  { key, entry, hit, startsRenewal }: HeldToken,
): TokenResult {
  if (startsRenewal) refreshInBackground(cache, key, request, entry);
  cache.counters.hits[hit] += 1;
  cache.reporter.lookup(hit, request.policy.label);
  return { kind: 'token', token: entry.token, source: 'memory' };
}
