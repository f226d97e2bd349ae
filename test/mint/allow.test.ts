import { describe, expect, test, vi } from 'vitest';
import type { Caller } from '../../src/auth/caller.ts';
import { errorCode } from '../../src/errors.ts';
import type { Allow } from '../../src/mint/allow.ts';
import { aCaller, startEngine } from '../support/engine.ts';
import { useFakeTime } from '../support/fake-time.ts';

const { during } = useFakeTime();

const engineWith = (allow: Allow) => startEngine({ templates: { hasura: { allow }, nhost: {} } });
const never = () => new Promise<boolean>(() => {});

describe('T04 allow of a policy', () => {
  test.each<[string, Allow]>([
    ['synchronously', ({ userId }) => userId === 'user_ada'],
    ['asynchronously', async ({ userId }) => userId === 'user_ada'],
  ])(
    'T04 that answers %s allows the callers for which it returns true, and no others',
    async (_when, allow) => {
      const { clerk, code, audited, logged, stats } = engineWith(allow);
      expect(await code(aCaller())).toBe('OK');
      expect(await code(aCaller({ sub: 'user_eve', sid: 'sess_eve' }))).toBe('FORBIDDEN');
      expect(clerk.calls).toBe(1);
      expect(audited[1]).toMatchObject({
        outcome: 'refused',
        userId: 'user_eve',
        reason: 'allow() returned false',
      });
      expect([stats().refusals, logged]).toEqual([{ forbidden: 1 }, []]);
    },
  );

  test('T04 gets the caller, and is called after requires', async () => {
    const callers: Caller[] = [];
    const allow: Allow = (caller) => callers.push(caller) > 0;
    const { code } = startEngine({
      templates: { hasura: { allow, requires: { feature: 'user:export' } } },
    });
    expect(await code(aCaller())).toBe('FORBIDDEN');
    const caller = aCaller({ fea: 'u:export' });
    expect(await code(caller)).toBe('OK');
    expect(callers).toEqual([caller]);
  });

  test('T04 is called for every request, also for cached tokens', async () => {
    const allow = vi.fn<Allow>(() => true);
    const { clerk, code } = engineWith(allow);
    const caller = aCaller();
    expect([await code(caller), await code(caller), await code(caller)]).toEqual(['OK', 'OK', 'OK']);
    allow.mockReturnValue(false);
    expect(await code(caller)).toBe('FORBIDDEN');
    expect([allow.mock.calls.length, clerk.calls]).toEqual([4, 1]);
    expect(await code(caller, { template: 'nhost' })).toBe('OK');
  });

  test.each<[string, Allow, string]>([
    [
      'throws',
      () => {
        throw new Error('canary of a message');
      },
      'allow() failed',
    ],
    ['rejects', () => Promise.reject(new Error('canary of a message')), 'allow() failed'],
    ['rejects without an error', () => Promise.reject(), 'allow() failed'],
    ['returns a text', () => 'yes' as never, 'allow() must return true or false'],
    ['returns nothing', (() => {}) as never, 'allow() must return true or false'],
    ['resolves to 1', async () => 1 as never, 'allow() must return true or false'],
  ])('T04 that %s refuses the token, and is logged', async (_what, allow, reason) => {
    const { clerk, code, audited, logged } = engineWith(allow);
    expect(await code(aCaller())).toBe('FORBIDDEN');
    expect(clerk.calls).toBe(0);
    expect(audited).toMatchObject([{ outcome: 'refused', code: 'FORBIDDEN', reason }]);
    expect(logged).toMatchObject([
      { level: 'error', line: [{ template: 'hasura' }, `${reason}: the token is refused`] },
    ]);
    expect(JSON.stringify([audited, logged])).not.toContain('canary of a message');
  });

  test('T04 that does not answer refuses at the deadline, and leaves no timer', async () => {
    const { clerk, code, audited, logged } = engineWith(never);
    const late = code(aCaller());
    expect(vi.getTimerCount()).toBe(1);
    expect(await during(3, late)).toBe('FORBIDDEN');
    const reason = 'allow() did not answer within the deadline';
    expect([clerk.calls, audited[0]?.reason]).toEqual([0, reason]);
    expect(logged).toMatchObject([
      { level: 'error', line: [{ template: 'hasura' }, expect.stringContaining(reason)] },
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('T04 that answers leaves no timer, and a rejection after the deadline has no effect', async () => {
    const slow: Allow = () => new Promise((_resolve, reject) => setTimeout(reject, 10_000));
    const { code } = engineWith(slow);
    expect(await during(3, code(aCaller()))).toBe('FORBIDDEN');
    await during(10, Promise.resolve());
    const quick = engineWith(() => true);
    await quick.code(aCaller(), { template: 'hasura' });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('T04 counts toward the deadline of the request: the mint has the rest', async () => {
    const allow: Allow = () => new Promise((resolve) => setTimeout(resolve, 2_500, true));
    const { clerk, code } = engineWith(allow);
    clerk.latency = 1_000;
    expect(await during(3, code(aCaller()))).toBe('UPSTREAM_UNAVAILABLE');
  });

  test('T04 ends a subscription with the session token that opened it, and with a renewal that it refuses', async () => {
    const allow = vi.fn<Allow>(() => true);
    const { subscribe } = engineWith(allow);
    const [lasting, refused] = [await subscribe(aCaller()), await subscribe(aCaller({ sid: 'sess_ada-2' }))];
    for (const stream of [lasting, refused]) await stream.next();
    const [, renewed] = await during(45, Promise.all([lasting.next(), refused.next()]));
    expect(renewed?.value).toMatchObject({ kind: 'token' });
    allow.mockReturnValue(false);
    expect(await during(15, lasting.next())).toEqual({ done: true, value: undefined });

    allow.mockReturnValue(true);
    const other = await subscribe(aCaller({ sid: 'sess_ada-3' }));
    await other.next();
    allow.mockReturnValue(false);
    const end = await during(45, other.next());
    expect(errorCode(end.value.error)).toBe('FORBIDDEN');
  });
});
