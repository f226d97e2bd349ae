import { describe, expect, test } from 'vitest';
import { throwing } from '../../support/clerk-errors.ts';
import { aCaller, startEngine } from '../../support/engine.ts';
import { useFakeTime } from '../../support/fake-time.ts';

const { pass } = useFakeTime();

const times = <T>(count: number, make: (at: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at));

describe('requests for one key', () => {
  test('C01 100 at once, cold, are 1 mint and 100 equal tokens', async () => {
    const { clerk, ask, stats, audited } = startEngine();
    clerk.latency = 200;
    const asked = times(100, () => ask(aCaller()));
    await pass(0.2);
    const tokens = await Promise.all(asked);
    expect(new Set(tokens.map(({ jwt }) => jwt)).size).toBe(1);
    expect(clerk.calls).toBe(1);
    expect(stats()).toMatchObject({ mints: 1, waits: 100, held: 1 });
    expect(audited.filter(({ outcome }) => outcome === 'minted')).toHaveLength(1);
    expect(audited.filter(({ outcome }) => outcome === 'served')).toHaveLength(99);
  });

  test('C02 100 at once while minting fails are at most 2 mints, all get the error, and the next tries again', async () => {
    const { clerk, code } = startEngine();
    const answer = clerk.answer;
    clerk.answer = throwing(() => new Error('away'));
    const asked = times(100, () => code(aCaller()));
    await pass(0.2);
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['UPSTREAM_UNAVAILABLE']));
    expect(clerk.calls).toBe(2);
    clerk.answer = answer;
    expect(await code(aCaller())).toBe('OK');
    expect(clerk.calls).toBe(3);
  });

  test('a flight is joined up to 3 s after it began, and not any more then', async () => {
    const { clerk, code } = startEngine({ deadline: 10_000 });
    clerk.latency = 5_000;
    const asked = [code(aCaller())];
    await pass(2.999);
    asked.push(code(aCaller()));
    expect(clerk.calls).toBe(1);
    await pass(0.001);
    asked.push(code(aCaller()));
    await pass(0);
    expect(clerk.calls).toBe(2);
    await pass(10);
    expect(await Promise.all(asked)).toEqual(['OK', 'OK', 'OK']);
  });

  test('M09 without an answer every waiter is answered at the deadline, and no later', async () => {
    const { clerk, code, stats } = startEngine();
    clerk.answer = () => new Promise(() => {});
    const at: number[] = [];
    const begins = Date.now();
    const asked = times(50, async () => {
      expect(await code(aCaller())).toBe('UPSTREAM_UNAVAILABLE');
      at.push(Date.now() - begins);
    });
    await pass(3);
    await Promise.all(asked);
    expect(new Set(at)).toEqual(new Set([3_000]));
    expect(stats().refusals).toEqual({ deadline: 50 });
    expect(clerk.calls).toBe(1);
  });

  test('M08 fails for ever with nothing cached: UPSTREAM_UNAVAILABLE within the deadline, however slow the failures', async () => {
    const { clerk, code } = startEngine();
    clerk.answer = async () => {
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      throw new Error('away');
    };
    const asked = code(aCaller());
    await pass(3);
    expect(await asked).toBe('UPSTREAM_UNAVAILABLE');
  });

  test('C04 different users, sessions and templates never share a flight', async () => {
    const { clerk, ask } = startEngine();
    clerk.latency = 100;
    const callers = [
      aCaller(),
      aCaller({ sid: 'sess_ada-2' }),
      aCaller({ sid: 'sess_grace', sub: 'user_grace' }),
      aCaller({ o: { id: 'org_1', rol: 'admin' } }),
      aCaller({ o: { id: 'org_1', rol: 'member' } }),
      aCaller({ o: { id: 'org_2', rol: 'admin' } }),
    ];
    const asked = callers.flatMap((caller) => [ask(caller), ask(caller, { template: 'nhost' })]);
    await pass(0.1);
    const tokens = await Promise.all(asked);
    expect(new Set(tokens.map(({ jwt }) => jwt)).size).toBe(12);
    expect(clerk.calls).toBe(12);
    expect(tokens.map(({ claims }) => claims.sub)).toEqual(callers.flatMap(({ userId }) => [userId, userId]));
  });
});

describe('an answer after the deadline', () => {
  test('is held, and in the audit', async () => {
    const { clerk, code, audited, stats } = startEngine();
    clerk.latency = 4_000;
    const asked = code(aCaller());
    await pass(3);
    expect(await asked).toBe('UPSTREAM_UNAVAILABLE');
    await pass(1);
    expect(stats().held).toBe(1);
    expect(audited.map(({ outcome, behind }) => [outcome, behind])).toEqual([
      ['refused', undefined],
      ['minted', true],
    ]);
    expect(await code(aCaller())).toBe('OK');
    expect(clerk.calls).toBe(1);
  });

  test('is not held when the session was revoked meanwhile', async () => {
    const { clerk, code, revoke, stats, audited } = startEngine();
    clerk.latency = 4_000;
    const asked = code(aCaller());
    await pass(3);
    await asked;
    revoke({ effect: 'refuse', target: 'session', id: 'sess_ada', at: Date.now() / 1000 });
    await pass(1);
    expect(stats().held).toBe(0);
    expect(audited.map(({ outcome }) => outcome)).toEqual(['refused']);
  });
});
