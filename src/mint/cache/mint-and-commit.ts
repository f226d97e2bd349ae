import { outdatedMint } from '../mint-failure.ts';
import { failed, type TokenResult } from '../mint-result.ts';
import type { AuthorizedRequest } from '../token-request.ts';
import { commitResult } from './commit.ts';
import { isOutdated, type SequencedResult, type TokenCache, timeLeft } from './token-cache.ts';

/** A mint queues for the budget only if that leaves Clerk this long to answer, in milliseconds. */
const timeToAnswerMs = 1_000;
/** A mint during which a revocation arrived is repeated only if the request has this long left, in milliseconds. */
const timeToRepeatMs = 500;

/**
 * Mints a token, a second time if a revocation arrived during the first mint, and commits the result.
 *
 * @param sequence - when the flight started, as a sequence number of this process
 */
export async function mintAndCommit(
  cache: TokenCache,
  key: string,
  request: AuthorizedRequest,
  sequence: number,
): Promise<SequencedResult> {
  const first = await mint(cache, key, request, sequence);
  if (!isOutdatedToken(cache, request, first) || !mayMint(cache, request)) {
    return commitResult(cache, key, request, first);
  }
  if (timeLeft(cache, request) < timeToRepeatMs)
    return commitResult(cache, key, request, outdatedResult(first));
  const second = await mint(cache, key, request, cache.revocations.nextSequence());
  const isOutdatedAgain = isOutdatedToken(cache, request, second);
  return commitResult(cache, key, request, isOutdatedAgain ? outdatedResult(second) : second);
}

/** Mints a token once. @param initialSequence - the sequence number of a result without a call to Clerk */
async function mint(
  cache: TokenCache,
  key: string,
  request: AuthorizedRequest,
  initialSequence: number,
): Promise<SequencedResult> {
  let sequence = initialSequence;
  let calls = 0;
  const startedAt = cache.monotonicNow();
  const onMint = () => {
    calls += 1;
    // A mint begins with its call to Clerk: it may have queued for the budget, or waited for another instance.
    sequence = cache.revocations.nextSequence();
    cache.counters.mints += 1;
    request.onMint();
  };
  const onLate = (late: TokenResult) => {
    const { result } = commitResult(cache, key, request, { result: late, sequence });
    if (result.kind === 'token') cache.onMintedInBackground(request, result.token);
  };
  const { caller, template, policy } = request;
  const maxWaitMs = longestQueueTime(cache, request);
  const result = await cache.guardedMint({ caller, template, policy, maxWaitMs, onMint, onLate });
  reportMint(cache, key, request, { result, calls, durationMs: cache.monotonicNow() - startedAt });
  return { result, sequence };
}

/** A mint that has ended. */
interface EndedMint {
  readonly result: TokenResult;
  /** Calls to Clerk. */
  readonly calls: number;
  readonly durationMs: number;
}

/** Reports a mint before its token replaces the held one. */
function reportMint(
  { reporter, memory, now }: TokenCache,
  key: string,
  { policy, mode }: AuthorizedRequest,
  { result, calls, durationMs }: EndedMint,
): void {
  const common = { template: policy.label, background: mode === 'renew', calls, durationMs };
  if (result.kind === 'failure') {
    reporter.mint({ ...common, outcome: result.failure.kind });
    return;
  }
  const nowSeconds = now() / 1000;
  const replaced = policy.cache ? memory.get(key)?.token : undefined;
  reporter.mint({
    ...common,
    outcome: 'minted',
    timeLeft: result.token.expiresAt - nowSeconds,
    ...(replaced && { replacedAge: nowSeconds - replaced.issuedAt }),
  });
}

// A renewal does not queue: a caller that still holds a token must not delay one that does not.
function longestQueueTime(cache: TokenCache, request: AuthorizedRequest): number {
  return request.mode === 'renew' ? 0 : timeLeft(cache, request) - timeToAnswerMs;
}

function isOutdatedToken(
  cache: TokenCache,
  request: AuthorizedRequest,
  { result, sequence }: SequencedResult,
): boolean {
  return result.kind === 'token' && isOutdated(cache, request, sequence);
}

function outdatedResult({ sequence }: SequencedResult): SequencedResult {
  return { result: failed(outdatedMint()), sequence };
}

function mayMint({ revocations, negative }: TokenCache, { caller }: AuthorizedRequest): boolean {
  return !revocations.rejects(caller) && !negative.hasSessionEnded(caller.sessionId);
}
