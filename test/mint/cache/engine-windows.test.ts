import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CacheAges, freshnessOf } from '../../../src/mint/cache/windows.ts';
import type { MintedToken } from '../../../src/mint/minted-token.ts';
import { aCaller, startEngine } from '../../support/engine.ts';
import { useFakeTime } from '../../support/fake-time.ts';

const { pass, during } = useFakeTime();
const token = (life: number): MintedToken => ({
  jwt: '',
  claims: {},
  issuedAt: 1_000,
  expiresAt: 1_000 + life,
});
const ages: CacheAges = { maxCacheAge: 60, maxStaleAge: 300, ahead: 0 };

/** What a token of this life is good for at each age, as far as it differs from the age before. */
function course(life: number, more: Partial<CacheAges> = {}): [age: number, freshness: string][] {
  const changes: [number, string][] = [];
  for (let age = 0; age <= life + 1; age += 0.5) {
    const freshness = freshnessOf(token(life), { ...ages, ...more }, 1_000 + age);
    if (freshness !== changes.at(-1)?.[1]) changes.push([age, freshness]);
  }
  return changes;
}

describe('windows', () => {
  test.each<[number, Partial<CacheAges>, [number, string][]]>([
    [
      30,
      {},
      [
        [0, 'fresh'],
        [22.5, 'renewable'],
        [25, 'stale'],
        [29, 'over'],
      ],
    ],
    [
      60,
      {},
      [
        [0, 'fresh'],
        [45, 'renewable'],
        [54, 'stale'],
        [59, 'over'],
      ],
    ],
    [
      60,
      { ahead: 1 },
      [
        [0, 'fresh'],
        [39, 'renewable'],
        [54, 'stale'],
        [59, 'over'],
      ],
    ],
    [
      200,
      {},
      [
        [0, 'fresh'],
        [45, 'renewable'],
        [60, 'stale'],
        [199, 'over'],
      ],
    ],
    [
      3_600,
      {},
      [
        [0, 'fresh'],
        [45, 'renewable'],
        [60, 'stale'],
        [300, 'over'],
      ],
    ],
    [
      3_600,
      { maxCacheAge: 3_600, maxStaleAge: 7_200 },
      [
        [0, 'fresh'],
        [2_700, 'renewable'],
        [3_240, 'stale'],
        [3_599, 'over'],
      ],
    ],
    [
      60,
      { maxStaleAge: 0 },
      [
        [0, 'fresh'],
        [45, 'renewable'],
        [54, 'over'],
      ],
    ],
  ])('C09 a life of %d s with %j goes by its own course', (life, more, expected) => {
    expect(course(life, more)).toEqual(expected);
  });

  test('C12 a life that is not a positive number is over, whenever one looks', () => {
    for (const life of [0, -1, Number.NaN, Number.NEGATIVE_INFINITY]) {
      expect(freshnessOf(token(life), ages, 1_000)).toBe('over');
    }
    expect(course(0.5)).toEqual([
      [0, 'fresh'],
      [0.5, 'over'],
    ]);
  });

  test('C11 a token of the future is over: the clock has jumped back', () => {
    expect(freshnessOf(token(3_600), ages, 1_000 - 7_200)).toBe('over');
    expect(freshnessOf(token(3_600), ages, 996)).toBe('fresh');
  });

  test('whatever the numbers, nothing past its exp is handed out, and no state comes back', () => {
    const rank = { fresh: 0, renewable: 1, stale: 2, over: 3 };
    const real = fc.double({ min: 0.01, max: 100_000, noNaN: true });
    fc.assert(
      fc.property(
        real,
        real,
        real,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.array(real),
        (life, maxCacheAge, maxStaleAge, ahead, moments) => {
          let before = 0;
          for (const age of moments.toSorted((one, other) => one - other)) {
            const state = freshnessOf(token(life), { maxCacheAge, maxStaleAge, ahead }, 1_000 + age);
            if (1_000 + age >= 1_000 + life) expect(state).toBe('over');
            if (state === 'fresh' || state === 'renewable') expect(age).toBeLessThan(maxCacheAge + 1e-6);
            expect(rank[state]).toBeGreaterThanOrEqual(before);
            before = rank[state];
          }
        },
      ),
    );
  });
});

describe('renewal', () => {
  test.each([
    [30, 22.5],
    [60, 45],
    [3_600, 45],
  ])(
    'C07 a token of %d s is handed out at its soft point of %d s, and one mint runs behind it',
    async (life, soft) => {
      const { clerk, ask } = startEngine({ templates: { hasura: { maxLifetime: 3_600 } } });
      clerk.life = life;
      const first = await ask(aCaller());
      await pass(soft - 0.001);
      expect([(await ask(aCaller())).jwt, clerk.calls]).toEqual([first.jwt, 1]);
      await pass(0.001);
      clerk.latency = 200;
      const held = await Promise.all(Array.from({ length: 50 }, () => ask(aCaller())));
      expect(new Set(held.map(({ jwt }) => jwt))).toEqual(new Set([first.jwt]));
      await pass(0);
      expect(clerk.calls).toBe(2);
      await pass(0.2);
      const next = await ask(aCaller());
      expect(next.claims.jti).toBe('jti-2');
      expect(clerk.calls).toBe(2);
    },
  );

  test('C08 past the hard point a request waits for a new token, together with all others', async () => {
    const { clerk, ask, stats } = startEngine();
    const first = await ask(aCaller());
    await pass(54);
    clerk.latency = 100;
    const all = await during(0.1, Promise.all(Array.from({ length: 20 }, () => ask(aCaller()))));
    expect(new Set(all.map(({ claims }) => claims.jti))).toEqual(new Set(['jti-2']));
    expect(all[0]?.jwt).not.toBe(first.jwt);
    expect([clerk.calls, stats().waits]).toEqual([2, 21]);
  });

  test('C08 while Clerk fails, the held token is handed out until its stale bound', async () => {
    const { clerk, ask, code, stats } = startEngine();
    const first = await ask(aCaller());
    clerk.answer = () => Promise.reject(new Error('no network'));
    await pass(54);
    expect((await during(0.2, ask(aCaller()))).jwt).toBe(first.jwt);
    // For a moment nobody waits again for what has just failed.
    expect((await ask(aCaller())).jwt).toBe(first.jwt);
    expect(stats().hits.stale).toBe(2);
    await pass(5);
    expect(await during(1, code(aCaller()))).toBe('UPSTREAM_UNAVAILABLE');
  });

  test('C10 a mint behind that comes late with an older token does not replace the newer one', async () => {
    const { clerk, ask } = startEngine();
    await ask(aCaller());
    await pass(45);
    const usual = clerk.answer;
    const late = Promise.withResolvers<unknown>();
    clerk.answer = () => late.promise;
    await ask(aCaller());
    const older = await usual({ sessionId: 'sess_ada', template: 'hasura', lifetime: undefined, number: 99 });
    await pass(2);
    clerk.answer = usual;
    const newer = await ask(aCaller(), { fresh: true });
    late.resolve(older);
    await pass(0.1);
    expect((await ask(aCaller())).jwt).toBe(newer.jwt);
  });
});
