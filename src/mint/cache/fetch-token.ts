import { type MintFailure, templateUnknown } from '../mint-failure.ts';
import { failed } from '../mint-result.ts';
import { decodeMintedToken, findFaultOfNew, type MintedToken } from '../minted-token.ts';
import type { AuthorizedRequest } from '../token-request.ts';
import { freshnessNow } from './find-entry.ts';
import type { Freshness } from './freshness.ts';
import { recipientOf } from './memory-store.ts';
import { mintAndCommit } from './mint-and-commit.ts';
import type { SharedToken } from './shared-cache.ts';
import type { SequencedResult, TokenCache } from './token-cache.ts';

/** The freshness with which a token of the shared cache is used. */
const usableFreshness: Readonly<Record<'cached' | 'renew', readonly Freshness[]>> = {
  cached: ['fresh', 'stale-while-revalidate'],
  renew: ['fresh'],
};

/**
 * Obtains a new token for a single flight: from the negative caches (a failure), from the shared cache, or from Clerk.
 *
 * @param sequence - when the flight started, as a sequence number of this process
 */
export async function fetchToken(
  cache: TokenCache,
  key: string,
  request: AuthorizedRequest,
  sequence: number,
): Promise<SequencedResult> {
  const failure = findCachedFailure(cache, key, request);
  if (failure) return { result: failed(failure), sequence };
  const { mode } = request;
  if (mode === 'force' || !request.policy.cache) return mintAndCommit(cache, key, request, sequence);
  let found: MintedToken | undefined;
  const turn = await cache.shared.takeTurn(key, (shared) => {
    const token = acceptShared(cache, key, request, shared, sequence);
    if (token === undefined) return false;
    if (!usableFreshness[mode].includes(freshnessNow(cache, token, request))) return false;
    found = token;
    return true;
  });
  if (found) {
    cache.counters.shared += 1;
    return { result: { kind: 'token', token: found, source: 'shared-cache' }, sequence };
  }
  try {
    return await mintAndCommit(cache, key, request, sequence);
  } finally {
    if (turn.kind === 'mint') turn.done();
  }
}

/** Stores a token of the shared cache in memory, if it is this caller's and usable. Never throws: the text is untrusted. */
function acceptShared(
  { memory, revocations, oldestIssuedAt, now }: TokenCache,
  key: string,
  request: AuthorizedRequest,
  shared: SharedToken,
  sequence: number,
): MintedToken | undefined {
  const { caller, policy } = request;
  try {
    const token = decodeMintedToken(shared.jwt, now() / 1000);
    if (token.issuedAt < oldestIssuedAt || findFaultOfNew(token, caller, policy)) return undefined;
    if (revocations.invalidates(caller, { sequence, issuedAt: token.issuedAt })) return undefined;
    memory.commit(key, { token, sequence, ...recipientOf(request) });
    return token;
  } catch {
    return undefined;
  }
}

/** Returns a cached failure: an unknown template (not for `force`), or a discarded token. */
function findCachedFailure(
  { negative, discarded }: TokenCache,
  key: string,
  { template, mode }: AuthorizedRequest,
): MintFailure | undefined {
  if (mode !== 'force' && negative.isTemplateUnknown(template)) return templateUnknown();
  return discarded.find(key);
}
