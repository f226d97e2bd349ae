import { allowsStale, discarded, outdatedMint, revoked, sessionEnded } from '../mint-failure.ts';
import { failed, type TokenResult } from '../mint-result.ts';
import { findFault } from '../minted-token.ts';
import type { AuthorizedRequest } from '../token-request.ts';
import { fetchToken } from './fetch-token.ts';
import { findEntry, freshnessNow } from './find-entry.ts';
import { findFlight, startFlight, waitForFlight } from './single-flight.ts';
import {
  isOutdated,
  type SequencedResult,
  type SingleFlight,
  type TokenCache,
  timeLeft,
} from './token-cache.ts';

/**
 * Waits for a new token: joins the single flight of its key as a follower, or leads a new one. Where Clerk fails, returns the held token
 * as long as stale-if-error allows (never in mode `force`).
 *
 * @param after - a flight is joined only if it started after this, as a sequence number of this process
 */
export async function waitForToken(
  cache: TokenCache,
  key: string,
  request: AuthorizedRequest,
  after: number,
): Promise<TokenResult> {
  cache.counters.waits += 1;
  const joined = findFlight(cache, key, request, after);
  joined?.span?.linkActive();
  const outcome = joined
    ? await waitForFlight(cache, joined, timeLeft(cache, request))
    : await leadFlight(cache, key, request);
  const { result } = outcome;
  if (cache.revocations.rejects(request.caller)) return failed(revoked());
  if (result.kind === 'failure') {
    // A ban refuses session tokens issued before it: a follower with a newer one needs another mint.
    if (joined && result.failure.kind === 'revoked') {
      return waitForToken(cache, key, request, cache.revocations.nextSequence());
    }
    if (request.mode !== 'force' && allowsStale(result.failure)) {
      const stale = findStaleToken(cache, key, request);
      if (stale) return stale;
    }
  }
  countMiss(cache, request, result);
  return deliver(cache, request, outcome, joined ? 'follower' : 'leader');
}

/** Mints a token that is not cached: no other request may join, and no held token is returned. */
export async function waitForUncachedToken(
  cache: TokenCache,
  key: string,
  request: AuthorizedRequest,
): Promise<TokenResult> {
  cache.counters.waits += 1;
  return deliver(cache, request, await leadFlight(cache, key, request), 'leader');
}

async function leadFlight(
  cache: TokenCache,
  key: string,
  request: AuthorizedRequest,
): Promise<SequencedResult> {
  const flight = startFlight(cache, key, request, (sequence) => fetchToken(cache, key, request, sequence));
  const outcome = await waitForFlight(cache, flight, timeLeft(cache, request));
  if (outcome.result.kind === 'failure') reportLateToken(cache, request, flight);
  return outcome;
}

/** Reports a token that a flight yields after its leader's deadline. */
function reportLateToken(cache: TokenCache, request: AuthorizedRequest, flight: SingleFlight): void {
  const reported = flight.result.then(({ result }) => {
    if (result.kind === 'token' && result.source === 'clerk')
      cache.onMintedInBackground(request, result.token);
  });
  request.waitUntil?.(reported);
}

function findStaleToken(cache: TokenCache, key: string, request: AuthorizedRequest): TokenResult | undefined {
  const entry = findEntry(cache, key, request);
  if (!entry || freshnessNow(cache, entry.token, request) === 'expired') return undefined;
  cache.counters.hits.stale += 1;
  cache.reporter.lookup('stale', request.policy.label);
  return { kind: 'token', token: entry.token, source: 'memory' };
}

/** Counts a lookup that found no held token in this process. Mode `force` looks for none. */
function countMiss({ reporter }: TokenCache, { mode, policy }: AuthorizedRequest, result: TokenResult): void {
  if (mode === 'force') return;
  const isShared = result.kind === 'token' && result.source === 'shared-cache';
  reporter.lookup(isShared ? 'shared' : 'miss', policy.label);
}

/** Checks a token again before it is returned: the caller may have been revoked while it waited. */
function deliver(
  cache: TokenCache,
  request: AuthorizedRequest,
  { result, sequence }: SequencedResult,
  role: 'leader' | 'follower',
): TokenResult {
  if (result.kind === 'failure') return result;
  const { caller, policy } = request;
  if (cache.revocations.rejects(caller)) return failed(revoked());
  if (cache.negative.hasSessionEnded(caller.sessionId)) {
    return failed(sessionEnded('while the token was minted'));
  }
  if (isOutdated(cache, request, sequence)) return failed(outdatedMint());
  const fault = findFault(result.token, caller, policy);
  if (fault) return failed(discarded(fault));
  return role === 'leader' ? result : { ...result, source: 'single-flight' };
}
