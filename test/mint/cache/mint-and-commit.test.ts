import { describe, expect, test } from 'vitest';
import { mintAndCommit } from '../../../src/mint/cache/mint-and-commit.ts';
import type { TokenCache } from '../../../src/mint/cache/token-cache.ts';
import type { GuardedMintRequest } from '../../../src/mint/limits/guarded-mint.ts';
import { unavailable } from '../../../src/mint/mint-failure.ts';
import { failed } from '../../../src/mint/mint-result.ts';
import type { Revocation } from '../../../src/revocation/revocations.ts';
import { anEvent, aRequest, minted, startCache } from '../../support/mint-cache.ts';

/** A cache with revocations that arrive during its first mints, one for each mint. */
function startWithEvents(...events: Revocation[]) {
  const started = startCache({
    guardedMint: async ({ onMint }) => {
      onMint();
      const event = events[started.seen.calls];
      started.seen.calls += 1;
      if (event) started.cache.revocations.learn([event]);
      return minted();
    },
  });
  return started;
}

const kindOf = (mint: Awaited<ReturnType<typeof mintAndCommit>>) =>
  mint.result.kind === 'token' ? 'token' : mint.result.failure.kind;

describe('R13 a revocation during a mint', () => {
  test('that does not come leaves one mint, whose token is held', async () => {
    const { cache, seen } = startWithEvents();
    expect(kindOf(await mintAndCommit(cache, 'key', aRequest(), 1))).toBe('token');
    expect([seen.calls, cache.memory.size, cache.counters.mints]).toEqual([1, 1, 1]);
  });

  test('causes a second mint', async () => {
    const { cache, seen } = startWithEvents(anEvent('drop', 900));
    expect(kindOf(await mintAndCommit(cache, 'key', aRequest(), 1))).toBe('token');
    expect([seen.calls, cache.memory.size]).toEqual([2, 1]);
  });

  test('and another one cause no third mint: UPSTREAM_UNAVAILABLE with a retry after 1 s', async () => {
    const { cache, seen } = startWithEvents(anEvent('drop', 900), anEvent('drop', 901));
    const { result } = await mintAndCommit(cache, 'key', aRequest(), 1);
    expect(result).toMatchObject({ failure: { kind: 'unavailable', retryAfter: 1 } });
    expect([seen.calls, cache.memory.size]).toEqual([2, 0]);
  });

  test('causes no second mint when less than 500 ms are left', async () => {
    const { cache, seen, clock } = startWithEvents(anEvent('drop', 900));
    clock.ms = 2_501;
    expect(kindOf(await mintAndCommit(cache, 'key', aRequest(), 1))).toBe('unavailable');
    expect(seen.calls).toBe(1);
  });

  test('R03 that ends the session causes no second mint, and nothing is held', async () => {
    const { cache, seen } = startWithEvents(anEvent('refuse', 1_000));
    expect(kindOf(await mintAndCommit(cache, 'key', aRequest(), 1))).toBe('revoked');
    expect([seen.calls, cache.memory.size]).toEqual([1, 0]);
  });
});

describe('the queue for the budget', () => {
  const requests: GuardedMintRequest[] = [];
  const guardedMint: TokenCache['guardedMint'] = async (request) => {
    requests.push(request);
    return failed(unavailable('unavailable', 'no answer'));
  };

  test('a request may queue for what its deadline leaves, less a second for Clerk; a renewal does not queue', async () => {
    const { cache, clock } = startCache({ guardedMint });
    clock.ms = 500;
    await mintAndCommit(cache, 'key', aRequest(), 1);
    await mintAndCommit(cache, 'key', aRequest({ mode: 'force' }), 1);
    await mintAndCommit(cache, 'key', aRequest({ mode: 'renew' }), 1);
    expect(requests.map(({ maxWaitMs }) => maxWaitMs)).toEqual([1_500, 1_500, 0]);
  });

  test('a token that comes after the deadline is held and reported', async () => {
    const { cache, seen } = startCache({ guardedMint });
    requests.length = 0;
    await mintAndCommit(cache, 'key', aRequest(), 1);
    requests[0]?.onLate(minted());
    expect([seen.background.length, cache.memory.size]).toEqual([1, 1]);
  });
});

test('the sequence number of a mint is that of its call to Clerk', async () => {
  const { cache } = startWithEvents();
  const started = cache.revocations.nextSequence();
  const { sequence } = await mintAndCommit(cache, 'key', aRequest(), started);
  expect(sequence).toBeGreaterThan(started);
  expect(cache.memory.get('key')?.sequence).toBe(sequence);
});
