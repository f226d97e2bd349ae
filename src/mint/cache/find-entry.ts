import type { Caller } from '../../auth/caller.ts';
import { findFault, type MintedToken } from '../minted-token.ts';
import type { ResolvedPolicy } from '../policy.ts';
import type { AuthorizedRequest } from '../token-request.ts';
import { type Freshness, freshnessOf } from './freshness.ts';
import type { CacheEntry } from './memory-store.ts';
import type { TokenCache } from './token-cache.ts';

/** Returns the cache entry of a key, or `undefined`, also when its token was revoked or is not for this caller. */
export function findEntry(
  cache: TokenCache,
  key: string,
  { caller, policy }: AuthorizedRequest,
): CacheEntry | undefined {
  const entry = cache.memory.get(key);
  if (entry === undefined) return undefined;
  const { sequence, token } = entry;
  const isRevoked = cache.revocations.invalidates(caller, { sequence, issuedAt: token.issuedAt });
  if (isRevoked) return undefined;
  return isFor(entry, caller, policy) || !findFault(token, caller, policy) ? entry : undefined;
}

/** Returns whether the token of an entry was checked for a caller under a policy. */
function isFor(entry: CacheEntry, { userId, organizationId }: Caller, policy: ResolvedPolicy): boolean {
  return entry.policy === policy && entry.userId === userId && entry.organizationId === organizationId;
}

/** Returns how fresh a token is now, under the policy of a request. */
export function freshnessNow(
  { settings, now }: TokenCache,
  token: MintedToken,
  { policy: { maxCacheAge } }: AuthorizedRequest,
): Freshness {
  const { maxStaleAge, jitter } = settings();
  return freshnessOf(token, { maxCacheAge, maxStaleAge, jitter }, now() / 1000);
}
