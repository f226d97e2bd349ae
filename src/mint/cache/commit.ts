import { errorCode, errorReason } from '../../errors.ts';
import { allowsStale, type MintFailure, revoked, unavailable } from '../mint-failure.ts';
import { type FailedResult, failed, type TokenResult } from '../mint-result.ts';
import type { MintedToken } from '../minted-token.ts';
import type { AuthorizedRequest } from '../token-request.ts';
import { recipientOf } from './memory-store.ts';
import type { SequencedResult, TokenCache } from './token-cache.ts';

/** The pause before a held token is renewed again after a failed renewal, in milliseconds. */
const renewalPauseMs = 1_000;
/** Shortest time between two log lines about refused sessions of many users, in milliseconds. */
const suspicionLogIntervalMs = 10_000;

const manySessionsRefused =
  'Clerk refuses the sessions of many users at once, so held tokens are kept: check that the keys and the sessions belong to one Clerk instance';

/** Applies the result of a mint to the cache. @returns the result for the waiting requests */
export function commitResult(
  cache: TokenCache,
  key: string,
  request: AuthorizedRequest,
  { result, sequence }: SequencedResult,
): SequencedResult {
  if (result.kind === 'failure')
    return { result: handleFailure(cache, key, request, result.failure), sequence };
  return { result: commitToken(cache, key, request, result.token, sequence), sequence };
}

/**
 * Stores a minted token, which `createMintOnce` has checked, in memory and in the shared cache, where its policy allows that.
 *
 * @param sequence - when its mint began, as a sequence number of this process
 * @returns the token; a failure where the caller was revoked during the mint
 */
export function commitToken(
  cache: TokenCache,
  key: string,
  { caller, policy }: AuthorizedRequest,
  token: MintedToken,
  sequence: number,
): TokenResult {
  cache.discarded.delete(key);
  if (cache.revocations.rejects(caller)) return failed(revoked());
  const { jwt, issuedAt, expiresAt } = token;
  const isRevoked = cache.revocations.invalidates(caller, { sequence, issuedAt });
  if (policy.cache && !isRevoked && expiresAt > cache.now() / 1000) {
    cache.memory.commit(key, { token, sequence, ...recipientOf({ caller, policy }) });
    void cache.shared.write(key, { jwt, issuedAt, expiresAt });
  }
  return { kind: 'token', token, source: 'clerk' };
}

/** Applies a failed mint: fills the negative caches, drops or keeps the held token, and logs faults of the operator's set-up. */
export function handleFailure(
  cache: TokenCache,
  key: string,
  { caller, template, policy }: AuthorizedRequest,
  reported: MintFailure,
): FailedResult {
  if (reported.kind === 'discarded') cache.discarded.add(key, reported);
  const failure = reported.kind === 'session-ended' ? cacheEndedSession(cache, caller, reported) : reported;
  if (failure.kind === 'template-unknown') {
    if (policy.cache) dropToken(cache, key);
    cache.negative.addTemplate(template);
  }
  if (failure.kind === 'session-ended') cache.onSessionEnded(caller.sessionId);
  if (errorCode(failure.error) === 'INTERNAL_SERVER_ERROR') {
    const reason = errorReason(failure.error) ?? 'minting failed unexpectedly';
    cache.log.error({ template, clerkTraceId: failure.traceId }, reason);
  }
  const entry = policy.cache ? cache.memory.get(key) : undefined;
  if (entry)
    entry.pause = { until: cache.monotonicNow() + renewalPauseMs, servesStale: allowsStale(failure) };
  return failed(failure);
}

function dropToken({ memory, shared }: TokenCache, key: string): void {
  memory.drop(key);
  void shared.drop(key);
}

// Sessions end one by one. Where many users' sessions seem to end at once, Clerk probably does not know this gateway.
function cacheEndedSession(
  cache: TokenCache,
  caller: AuthorizedRequest['caller'],
  failure: MintFailure,
): MintFailure {
  if (cache.negative.addSession(caller) === 'cached') return failure;
  if (Math.abs(cache.now() - cache.suspicionLoggedAt) >= suspicionLogIntervalMs) {
    cache.suspicionLoggedAt = cache.now();
    const details = { clerkTraceId: failure.traceId, clerk: errorReason(failure.error) };
    cache.log.error(details, manySessionsRefused);
  }
  return {
    ...unavailable('unavailable', 'Clerk refuses the sessions of many users at once'),
    traceId: failure.traceId,
  };
}
