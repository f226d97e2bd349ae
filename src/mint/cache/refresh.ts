import type { AuthorizedRequest } from '../token-request.ts';
import { fetchToken } from './fetch-token.ts';
import type { CacheEntry } from './memory-store.ts';
import { findFlight, startFlight } from './single-flight.ts';
import type { SequencedResult, TokenCache } from './token-cache.ts';

/** Renews a held token while requests get it (stale-while-revalidate), unless a mint of its key is already in progress. */
export function refreshInBackground(
  cache: TokenCache,
  key: string,
  request: AuthorizedRequest,
  { token, sequence }: CacheEntry,
): void {
  if (findFlight(cache, key, request, sequence)) return;
  const renewal: AuthorizedRequest = { ...request, mode: 'renew', held: token, onMint: () => {} };
  const flight = startFlight(cache, key, renewal, (started) =>
    fetchInBackground(cache, key, renewal, started),
  );
  request.waitUntil?.(flight.result);
}

async function fetchInBackground(
  cache: TokenCache,
  key: string,
  renewal: AuthorizedRequest,
  sequence: number,
): Promise<SequencedResult> {
  const fetched = await fetchToken(cache, key, renewal, sequence);
  const { result } = fetched;
  if (result.kind === 'token' && result.source === 'clerk') cache.onMintedInBackground(renewal, result.token);
  return fetched;
}
