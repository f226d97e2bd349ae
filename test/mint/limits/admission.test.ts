import { describe, expect, test, vi } from 'vitest';
import { createAdmission } from '../../../src/mint/limits/admission.ts';
import { mintRules } from '../../../src/mint/limits/limit-rules.ts';
import { createMemoryRateLimit } from '../../../src/mint/limits/memory-rate-limit.ts';
import type { LimitResult, RateLimit } from '../../../src/mint/limits/rate-limit.ts';
import { createReporter } from '../../../src/telemetry/reporter.ts';
import { useFakeTime } from '../../support/fake-time.ts';

const { pass } = useFakeTime();
const monotonicNow = () => performance.now();
const taken: LimitResult = { kind: 'taken' };
const empty = (retryInMs: number): LimitResult => ({ kind: 'spent', limit: 'budget', retryInMs });
const spentByUser: LimitResult = { kind: 'spent', limit: 'user-limit', retryInMs: 400 };

/** Limits that return these results in order, then the last one again and again. */
function scripted(...results: LimitResult[]): RateLimit & { asked: number } {
  const limits = {
    asked: 0,
    async take() {
      limits.asked += 1;
      return results[Math.min(limits.asked, results.length) - 1] ?? taken;
    },
  };
  return limits;
}

const ofUser = (userId: string) => ({ userId, sessionId: `${userId}'s session` });

function startQueue(limits: RateLimit) {
  const admission = createAdmission({ limits, monotonicNow, reporter: createReporter() });
  const admit = (userId: string, maxWaitMs: number) => admission.admit(ofUser(userId), maxWaitMs);
  const answered: string[] = [];
  return {
    admit,
    answered,
    queue(userId: string, maxWaitMs: number) {
      void admit(userId, maxWaitMs).then((result) =>
        answered.push(
          `${userId} ${result.kind}${result.kind === 'refused' ? ` by ${result.limit} for ${result.retryInMs}` : ''}`,
        ),
      );
      return pass(0);
    },
  };
}

const budgetOf = (budget: number) =>
  createMemoryRateLimit(() => mintRules({ budget, userShare: 1, sessionLimit: 1_000 }));

describe('the queue for a spent budget', () => {
  test('users take turns, however many requests each has', async () => {
    const { admit, answered, queue } = startQueue(budgetOf(4));
    for (let spent = 0; spent < 4; spent += 1) await admit('before', 0);
    await pass(9);
    for (const user of ['greedy', 'greedy', 'greedy', 'modest']) await queue(user, 2_000);
    expect(await admit('late', 1_000)).toMatchObject({ kind: 'refused' });
    await pass(1.6);
    expect(answered).toEqual(['greedy admitted', 'modest admitted', 'greedy admitted', 'greedy admitted']);
  });

  test('a call that cannot wait long enough is refused as soon as other instances have spent the budget again', async () => {
    const { answered, queue } = startQueue(
      scripted(
        empty(500),
        empty(500),
        // The first attempt after the wait.
        empty(1_000),
        taken,
      ),
    );
    await queue('impatient', 700);
    await queue('patient', 2_000);
    await pass(0.502);
    expect(answered).toEqual(['impatient refused by budget for 1000']);
    await pass(1.002);
    expect(answered).toEqual(['impatient refused by budget for 1000', 'patient admitted']);
  });

  test('C21 a queued call whose user has spent its own limit is refused, and the next one is admitted', async () => {
    const { answered, queue } = startQueue(scripted(empty(500), empty(500), spentByUser, taken));
    await queue('greedy', 2_000);
    await queue('modest', 2_000);
    await pass(0.502);
    expect(answered).toEqual(['greedy refused by user-limit for 400', 'modest admitted']);
  });

  test('C21 a call whose user has spent its own limit does not queue', async () => {
    const { answered, queue } = startQueue(scripted(spentByUser));
    await queue('greedy', 2_000);
    expect(answered).toEqual(['greedy refused by user-limit for 400']);
  });

  test('C21 queued calls count against the limits of their user, and take no turn of others', async () => {
    const limits = createMemoryRateLimit(() =>
      mintRules({ budget: 20, userShare: 0.25, sessionLimit: 1_000 }),
    );
    const { admit, answered, queue } = startQueue(limits);
    for (const user of ['ada', 'bob']) for (let spent = 0; spent < 10; spent += 1) await admit(user, 0);
    await pass(9);
    for (let at = 0; at < 30; at += 1) await queue('mallory', 2_000);
    expect(answered).toHaveLength(20);
    expect(new Set(answered)).toEqual(new Set([expect.stringMatching(/^mallory refused by user-limit/)]));
    for (const user of ['eve', 'grace', 'kim']) await queue(user, 2_000);
    await pass(1.2);
    expect(answered.slice(20, 24)).toEqual([
      'mallory admitted',
      'eve admitted',
      'grace admitted',
      'kim admitted',
    ]);
    expect(answered.filter((answer) => answer === 'mallory admitted')).toHaveLength(10);
  });

  test('setting the wall clock back does not delay the queue', async () => {
    const { answered, queue } = startQueue(scripted(empty(1_000), empty(1_000), taken));
    await queue('first', 2_000);
    vi.setSystemTime(Date.now() - 3_600_000);
    await queue('second', 2_000);
    await pass(1.002);
    expect(answered).toEqual(['first admitted', 'second admitted']);
  });

  test('the queue moves on when its timer is lost, as in runtimes that end the timers of a request with it', async () => {
    const { answered, queue } = startQueue(scripted(empty(1_000), empty(1_000), taken));
    const lost = vi.spyOn(globalThis, 'setTimeout').mockReturnValueOnce(0 as never);
    await queue('forgotten', 1_500);
    expect(lost).toHaveBeenCalled();
    lost.mockRestore();
    await pass(1.2);
    await queue('soon', 2_000);
    expect(answered).toEqual([]);
    await pass(1);
    await queue('next', 2_000);
    expect(answered).toEqual(['forgotten refused by budget for 0', 'soon admitted', 'next admitted']);
  });

  test('a call that may not wait does not queue', async () => {
    const limits = scripted(empty(1_000));
    const { admit } = startQueue(limits);
    expect(await admit('background', 0)).toEqual({ kind: 'refused', limit: 'budget', retryInMs: 1_000 });
    await pass(20);
    expect(limits.asked).toBe(1);
  });

  test('a call queues only when the budget has room for it in time', async () => {
    const { admit, answered, queue } = startQueue(budgetOf(2));
    await admit('first', 0);
    await pass(5);
    await admit('second', 0);
    await pass(4);
    // One mint stops counting in 1.1 s, the other in 6.1 s.
    await queue('a', 2_000);
    expect(await admit('b', 2_000)).toEqual({ kind: 'refused', limit: 'budget', retryInMs: 6_100 });
    await queue('c', 7_000);
    await pass(1.6);
    expect(answered).toEqual(['a admitted']);
    await pass(5);
    expect(answered).toEqual(['a admitted', 'c admitted']);
  });
});
