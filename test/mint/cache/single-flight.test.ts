import { describe, expect, test } from 'vitest';
import { findFlight, startFlight, waitForFlight } from '../../../src/mint/cache/single-flight.ts';
import type { SequencedResult } from '../../../src/mint/cache/token-cache.ts';
import { throwing } from '../../support/clerk-errors.ts';
import { aCaller, startEngine } from '../../support/engine.ts';
import { useFakeTime } from '../../support/fake-time.ts';
import { anEvent, aRequest, minted, startCache } from '../../support/mint-cache.ts';

const { pass } = useFakeTime();

const times = <T>(count: number, make: (at: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at));

describe('requests for one key', () => {
  test('C01 100 requests at once with a cold cache are 1 mint and 100 equal tokens', async () => {
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

  test('C02 100 requests at once while minting fails are at most 2 mints, all get the error, and the next request mints again', async () => {
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

  test('a flight gets followers until 3 s after its start', async () => {
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

  test('M09 without an answer of Clerk every waiter gets its error at the deadline', async () => {
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

  test('M08 slow failures with nothing cached are UPSTREAM_UNAVAILABLE within the deadline', async () => {
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
  test('is held and audited', async () => {
    const { clerk, code, audited, stats } = startEngine();
    clerk.latency = 4_000;
    const asked = code(aCaller());
    await pass(3);
    expect(await asked).toBe('UPSTREAM_UNAVAILABLE');
    await pass(1);
    expect(stats().held).toBe(1);
    expect(audited.map(({ outcome, background }) => [outcome, background])).toEqual([
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

describe('a flight', () => {
  const never = () => new Promise<SequencedResult>(() => {});

  test('that fails unexpectedly ends for all that wait, is logged, and leaves room for the next', async () => {
    const { cache, seen } = startCache();
    const flight = startFlight(cache, 'key', aRequest(), () => Promise.reject(new TypeError('a bug')));
    const results = await Promise.all([
      waitForFlight(cache, flight, 1_000),
      waitForFlight(cache, flight, 1_000),
    ]);
    for (const { result } of results) {
      expect(result).toMatchObject({ kind: 'failure', failure: { kind: 'internal' } });
    }
    expect(JSON.stringify(seen.logged)).toContain('minting failed unexpectedly');
    expect([findFlight(cache, 'key', aRequest(), 0), cache.flights.size]).toEqual([undefined, 0]);
  });

  test('is joined by its key, by requests that started no later than it', () => {
    const { cache } = startCache();
    const flight = startFlight(cache, 'key', aRequest(), never);
    expect(findFlight(cache, 'key', aRequest(), 0)).toBe(flight);
    expect(findFlight(cache, 'another key', aRequest(), 0)).toBeUndefined();
    expect(findFlight(cache, 'key', aRequest(), flight.sequence)).toBeUndefined();
  });

  test('C19 is joined in mode force only if its leader forces a mint too', () => {
    const { cache } = startCache();
    startFlight(cache, 'key', aRequest(), never);
    expect(findFlight(cache, 'key', aRequest({ mode: 'force' }), 0)).toBeUndefined();
    const forced = startFlight(cache, 'key', aRequest({ mode: 'force' }), never);
    expect(findFlight(cache, 'key', aRequest({ mode: 'force' }), 0)).toBe(forced);
    expect(findFlight(cache, 'key', aRequest(), 0)).toBe(forced);
  });

  test('R13 is not joined after an event that drops the tokens of the caller', () => {
    const { cache, clock } = startCache();
    startFlight(cache, 'key', aRequest(), never);
    cache.revocations.learn([anEvent('drop', clock.seconds)]);
    expect(findFlight(cache, 'key', aRequest(), 0)).toBeUndefined();
  });

  test('C14 for a template that is not cached is not joined', () => {
    const { cache } = startCache();
    startFlight(cache, 'key', aRequest({}, { cache: false }), never);
    expect(findFlight(cache, 'key', aRequest(), 0)).toBeUndefined();
  });

  test('that another one has replaced does not remove it when it ends', async () => {
    const { cache } = startCache();
    let end = (_result: SequencedResult) => {};
    const first = startFlight(cache, 'key', aRequest(), () => new Promise((resolve) => (end = resolve)));
    const second = startFlight(cache, 'key', aRequest(), never);
    end({ result: minted(), sequence: first.sequence });
    await first.result;
    await pass(0);
    expect(findFlight(cache, 'key', aRequest(), 0)).toBe(second);
  });

  test.each([
    [999, 'late'],
    [1_000, 'deadline'],
  ])('without a result after %i ms fails its waiters with the kind %s', async (age, kind) => {
    const { cache, clock } = startCache();
    const flight = startFlight(cache, 'key', aRequest(), never);
    clock.ms = age;
    const waiting = waitForFlight(cache, flight, 0);
    await pass(0.001);
    expect((await waiting).result).toMatchObject({ kind: 'failure', failure: { kind } });
  });
});
