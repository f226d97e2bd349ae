import { describe, expect, test } from 'vitest';
import { resolveTemplates } from '../../../src/config/resolve-templates.ts';
import { createAdmission } from '../../../src/mint/limits/admission.ts';
import { createGuardedMint } from '../../../src/mint/limits/guarded-mint.ts';
import { createThrottle } from '../../../src/mint/limits/throttle.ts';
import type { TokenResult } from '../../../src/mint/mint-result.ts';
import { decodeMintedToken } from '../../../src/mint/minted-token.ts';
import { createPolicies } from '../../../src/mint/policy.ts';
import { createReporter } from '../../../src/telemetry/reporter.ts';
import { aCaller, startEngine, tokenOf } from '../../support/engine.ts';
import { useFakeTime } from '../../support/fake-time.ts';
import { nowSeconds } from '../../support/tokens.ts';

const { pass, during } = useFakeTime();
const monotonicNow = () => performance.now();

/** Starts a guarded mint whose only limit is the number of open calls. */
function startGuardedMint(maxOpenCalls: number) {
  const clerk = { calls: 0, answers: (_call: number): boolean => true };
  const hanging: (() => void)[] = [];
  const token = (): TokenResult => {
    const claims = { sub: 'user_ada', iat: nowSeconds(), exp: nowSeconds() + 60 };
    return { kind: 'token', token: decodeMintedToken(tokenOf(claims), nowSeconds()), source: 'clerk' };
  };
  const reporter = createReporter();
  const limits = { take: async () => ({ kind: 'taken' }) as const };
  const { mint } = createGuardedMint({
    call: async () => {
      clerk.calls += 1;
      if (!clerk.answers(clerk.calls)) await new Promise<void>((resolve) => hanging.push(resolve));
      return token();
    },
    admit: createAdmission({ limits, monotonicNow, reporter }).admit,
    throttle: createThrottle(monotonicNow),
    log: { warn: () => {}, info: () => {} },
    ...{ reporter, maxOpenCalls: () => maxOpenCalls, deadline: () => 3_000, monotonicNow },
  });
  const policy = createPolicies(resolveTemplates('*'))('hasura');
  const ask = async (): Promise<string> => {
    if (policy === undefined) throw new Error('expected a policy');
    const nothing = () => {};
    const request = { caller: aCaller(), template: 'hasura', policy, maxWaitMs: 0 };
    const issued = await mint({ ...request, onMint: nothing, onLate: nothing });
    return issued.kind === 'token' ? 'token' : issued.failure.kind;
  };
  return { clerk, hanging, ask };
}

describe('open calls', () => {
  test('no call begins while 100 hang, until some end', async () => {
    const { clerk, hanging, ask } = startGuardedMint(100);
    clerk.answers = () => false;
    for (let at = 0; at < 100; at += 1) void ask();
    await pass(0);
    expect([await ask(), clerk.calls]).toEqual(['open-calls', 100]);
    for (const end of hanging.slice(0, 10)) end();
    await pass(0);
    clerk.answers = () => true;
    expect(await ask()).toBe('token');
  });

  test('a call that hangs counts as open for 15 s', async () => {
    const { clerk, ask } = startGuardedMint(4);
    // Four failures in a row leave the circuit breaker closed.
    clerk.answers = (call) => call > 4;
    for (let at = 0; at < 4; at += 1) void ask();
    await pass(14.9);
    expect(await ask()).toBe('open-calls');
    await pass(0.2);
    expect(await ask()).toBe('token');
  });

  test('R14 after a trial has succeeded, older calls no longer count as open', async () => {
    const { clerk, ask } = startGuardedMint(20);
    clerk.answers = () => false;
    for (let at = 0; at < 20; at += 1) void ask();
    await pass(3);
    expect(await ask()).toBe('circuit-open');
    clerk.answers = () => true;
    await pass(2);
    expect([await ask(), await ask(), clerk.calls]).toEqual(['token', 'token', 22]);
  });
});

describe('R14 after an outage of any kind the first token comes within the 2 s of the circuit breaker', () => {
  const user = (at: number) => aCaller({ sid: `sess_u${at}`, sub: `user_u${at}` });

  test.each([20, 150, 1_000])('after %i calls that hang', async (hung) => {
    const { clerk, code } = startEngine({ mintBudget: 10_000 });
    const usual = clerk.answer;
    clerk.answer = () => new Promise(() => {});
    const waiting = Array.from({ length: hung }, (_, at) => code(user(at)));
    expect(new Set(await during(3, Promise.all(waiting)))).toEqual(new Set(['UPSTREAM_UNAVAILABLE']));
    clerk.answer = usual;
    await pass(2);
    expect(await code(user(5_000))).toBe('OK');
    const others = await Promise.all(Array.from({ length: 200 }, (_, at) => code(user(6_000 + at))));
    expect(new Set(others)).toEqual(new Set(['OK']));
  });

  test('and tokens keep coming, even when Clerk takes more than 2 s to answer', async () => {
    const { clerk, code } = startEngine();
    const usual = clerk.answer;
    clerk.answer = () => Promise.reject(new Error('down'));
    for (let at = 0; at < 10; at += 1) await during(0.2, code(user(at)));
    clerk.answer = usual;
    clerk.latency = 2_500;
    const answers: Promise<string>[] = [];
    for (let asked = 0; asked < 100; asked += 1) {
      answers.push(code(user(100 + asked)));
      await pass(0.1);
    }
    await pass(3);
    const codes = await Promise.all(answers);
    // The first trial begins within 2 s, and is answered 2.5 s later.
    expect(new Set(codes.slice(50))).toEqual(new Set(['OK']));
  });

  test('whenever the outage ends, even while a trial hangs', async () => {
    for (let recoversAt = 3; recoversAt < 12; recoversAt += 0.5) {
      const { clerk, code } = startEngine();
      const usual = clerk.answer;
      clerk.answer = () => new Promise(() => {});
      for (let at = 0; at < 10; at += 1) void code(user(at));
      let number = 100;
      // Four requests per second.
      const askFor = async (seconds: number) => {
        const answers: Promise<string>[] = [];
        for (let asked = 0; asked < seconds * 4; asked += 1) {
          number += 1;
          answers.push(code(user(number)));
          await pass(0.25);
        }
        return answers;
      };
      await askFor(recoversAt);
      clerk.answer = usual;
      const answers = await askFor(2.25);
      await pass(3);
      expect([recoversAt, await Promise.all(answers)]).toEqual([recoversAt, expect.arrayContaining(['OK'])]);
    }
  });
});
