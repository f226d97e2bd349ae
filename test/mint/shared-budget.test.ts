import { describe, expect, test } from 'vitest';
import type { Templates } from '../../src/mint/policy.ts';
import { clerkErrors } from '../support/clerk-errors.ts';
import { aCaller, type EngineOptions, startEngine } from '../support/engine.ts';
import { useFakeTime } from '../support/fake-time.ts';

const { pass, during } = useFakeTime();
const grace = () => aCaller({ sid: 'sess_grace', sub: 'user_grace' });
const session = (at: number) => aCaller({ sid: `sess_ada-${at}` });

/** How one user can spend mints, with any number of sessions. */
const spending: [
  string,
  Templates,
  (engine: ReturnType<typeof startEngine>, at: number) => Promise<string>,
][] = [
  [
    'unknown templates',
    '*',
    ({ clerk, code }, at) => {
      const usual = clerk.answer;
      clerk.answer = (call) =>
        call.template === 'hasura' ? usual(call) : Promise.reject(clerkErrors.unknownTemplate());
      return code(session(at), { template: `unknown-${at}` });
    },
  ],
  [
    'a template that is not cached',
    { hasura: {}, uncached: { cache: false } },
    ({ code }) => code(aCaller(), { template: 'uncached' }),
  ],
  [
    'discarded tokens, of one session after the other',
    { hasura: {}, tenant: { organizationClaim: 'org' } },
    ({ code }, at) => code(session(at), { template: 'tenant' }),
  ],
  ['forced mints of many sessions', ['hasura'], ({ code }, at) => code(session(at >> 2), { mode: 'force' })],
  ['new sessions', ['hasura'], ({ code }, at) => code(session(at))],
  [
    'failures that are retried',
    ['hasura', 'broken'],
    ({ clerk, code }, at) => {
      const usual = clerk.answer;
      // Only every second call fails: the circuit breaker stays closed.
      clerk.answer = (call) =>
        call.number % 2 && call.template === 'broken' ? Promise.reject(clerkErrors.broken()) : usual(call);
      return during(0.2, code(session(at), { template: 'broken' }));
    },
  ],
];

describe('C21 one user spends what it can, and the first mint of another succeeds', () => {
  const limits: [string, EngineOptions][] = [
    ['a test key', { mintBudget: 80, mintBudgetShare: 1 }],
    ['a test key, one process of several', { mintBudget: 80, mintBudgetShare: 0.25 }],
    ['a live key, one process of several', { mintBudget: 800, mintBudgetShare: 0.25 }],
  ];
  for (const [which, options] of limits)
    test.each(spending)(`${which}: %s`, async (_what, templates, spend) => {
      const engine = startEngine({ ...options, templates, sessionMintLimit: 120 });
      const codes = [];
      for (let at = 0; at < 300; at += 1) codes.push(await spend(engine, at));
      expect(codes).toContain('RATE_LIMITED');
      expect(await engine.code(grace())).toBe('OK');
    });

  test('the user may mint again 10 s after it has minted', async () => {
    const { code } = startEngine({ mintBudget: 20, templates: { hasura: { cache: false } } });
    const codes = [];
    for (let at = 0; at < 11; at += 1) codes.push(await code(aCaller()));
    expect(codes).toEqual([...Array(10).fill('OK'), 'RATE_LIMITED']);
    await pass(10.5);
    expect(await code(aCaller())).toBe('OK');
  });

  test('one operation with ten templates is within the share of a small budget', async () => {
    const { code } = startEngine({ mintBudget: 20, templates: '*' });
    const names = Array.from({ length: 10 }, (_, at) => `template-${at}`);
    expect(await Promise.all(names.map((template) => code(aCaller(), { template })))).toEqual(
      Array(10).fill('OK'),
    );
  });
});

describe('C23 a caller that has spent its own limit gets no token past the hard point', () => {
  const admin = () => aCaller({ o: { id: 'org_a', rol: 'admin' } });

  test.each<[string, EngineOptions, string]>([
    ['of its session', { sessionMintLimit: 10, userMintShare: 1 }, 'session-limit'],
    ['of its user', { mintBudget: 20 }, 'user-limit'],
  ])('%s', async (_what, options, refusal) => {
    const { ask, code, stats } = startEngine({
      templates: { hasura: {}, uncached: { cache: false } },
      ...options,
    });
    await ask(admin());
    await pass(54);
    for (let asked = 0; asked < 12; asked += 1) await code(admin(), { template: 'uncached' });
    expect(await code(admin())).toBe('RATE_LIMITED');
    expect(stats().refusals).toEqual({ [refusal]: expect.any(Number) });
    expect(stats().hits.stale).toBe(0);
  });

  test('and neither does a caller whose own metadata makes the claims of its token unusable', async () => {
    const { clerk, ask, code } = startEngine({ templates: { hasura: { lifetime: 600 } } });
    await ask(admin());
    let nested: unknown = {};
    for (let depth = 0; depth < 150; depth += 1) nested = { nested };
    clerk.claims = { metadata: nested };
    await pass(60);
    for (let asked = 0; asked < 25; asked += 1) {
      expect(await code(admin())).toBe('UPSTREAM_UNAVAILABLE');
      await pass(0.4);
    }
    expect(clerk.calls).toBeLessThanOrEqual(1 + 5);
  });

  test("and neither does a caller whose host's allow() has used up the deadline", async () => {
    const allow = () => new Promise<boolean>((resolve) => setTimeout(resolve, 280, true));
    const { clerk, ask, code, stats } = startEngine({
      templates: { hasura: { lifetime: 600, allow } },
      deadline: 300,
    });
    await during(0.3, ask(admin()));
    clerk.latency = 60;
    await pass(100);
    expect(await during(0.4, code(admin()))).toBe('UPSTREAM_UNAVAILABLE');
    expect([stats().hits.stale, stats().refusals]).toEqual([0, { late: 1 }]);
  });

  test('while a budget that all callers have spent together allows the held token', async () => {
    const { ask, code } = startEngine({ mintBudget: 4 });
    const first = await ask(aCaller());
    await pass(54);
    for (const name of ['bob', 'eve', 'grace', 'kim'])
      expect(await code(aCaller({ sid: `sess_${name}`, sub: `user_${name}` }))).toBe('OK');
    expect((await ask(aCaller())).jwt).toBe(first.jwt);
  });
});

describe('M15 a key whose tokens are discarded again and again', () => {
  const tenant: Templates = { hasura: {}, tenant: { organizationClaim: 'org' } };
  const inOrganization = (id: string, sid = 'sess_ada') => aCaller({ sid, o: { id, rol: 'member' } });

  test.each<[string, Record<string, unknown>, string]>([
    ['another organization', { org: 'org_b' }, 'UNAUTHENTICATED'],
    ['too long a life', { org: 'org_a', exp: 4_000_000_000 }, 'INTERNAL_SERVER_ERROR'],
    ['another subject', { org: 'org_a', sub: 'user_mallory' }, 'INTERNAL_SERVER_ERROR'],
  ])(
    '%s: 25 requests in 10 s cause at most 5 mints, and other keys are not affected',
    async (_what, claims, expected) => {
      for (const policy of [{}, { cache: false }]) {
        const { clerk, code } = startEngine({
          mintBudget: 80,
          templates: { ...tenant, tenant: { organizationClaim: 'org', ...policy } },
        });
        clerk.claims = claims;
        for (let asked = 0; asked < 25; asked += 1) {
          // Mode `force` does not bypass the pause. Five forced requests stay below their own limit.
          const answer = await code(inOrganization('org_a'), {
            template: 'tenant',
            mode: asked % 5 === 4 ? 'force' : 'cached',
          });
          expect(answer).toBe(expected);
          await pass(0.4);
        }
        expect(clerk.calls).toBeLessThanOrEqual(5);
        clerk.claims = {};
        expect(await code(grace())).toBe('OK');
      }
    },
  );

  test('its pauses double, up to 8 s for another organization and up to 30 s for faults that an operator has to fix', async () => {
    const pausesFor = async (claims: Record<string, unknown>) => {
      const { clerk, code } = startEngine({ templates: tenant });
      clerk.claims = claims;
      const mintedAt: number[] = [];
      const usual = clerk.answer;
      clerk.answer = (call) => {
        mintedAt.push(Math.round(performance.now() / 1000));
        return usual(call);
      };
      for (let second = 0; second < 120; second += 1) {
        await code(inOrganization('org_a'), { template: 'tenant' });
        await pass(1);
      }
      return mintedAt.slice(1).map((at, before) => at - (mintedAt[before] ?? 0));
    };
    expect((await pausesFor({ org: 'org_b' })).slice(0, 6)).toEqual([1, 2, 4, 8, 8, 8]);
    expect((await pausesFor({ org: 'org_a', sub: 'user_mallory' })).slice(0, 7)).toEqual([
      1, 2, 4, 8, 16, 30, 30,
    ]);
  });

  test('discarded tokens of parallel mints count once', async () => {
    const { clerk, code } = startEngine({
      templates: { tenant: { organizationClaim: 'org', cache: false } },
    });
    const ask = () => code(inOrganization('org_a'), { template: 'tenant' });
    clerk.claims = { org: 'org_b' };
    await Promise.all(Array.from({ length: 10 }, ask));
    expect(clerk.calls).toBe(10);
    // Then one mint at a time shows whether the token is usable again.
    await pass(1);
    await Promise.all(Array.from({ length: 10 }, ask));
    expect(clerk.calls).toBe(11);
    await pass(2);
    clerk.claims = { org: 'org_a' };
    expect([await ask(), await ask()]).toEqual(['OK', 'OK']);
  });

  test('C17 the session token of the active organization works at once, a switch back within 8 s', async () => {
    const { clerk, code } = startEngine({ templates: tenant });
    const ask = (organization: string) => code(inOrganization(organization), { template: 'tenant' });
    clerk.claims = { org: 'org_b' };
    for (let second = 0; second < 30; second += 1) {
      expect(await ask('org_a')).toBe('UNAUTHENTICATED');
      await pass(1);
    }
    expect(await ask('org_b')).toBe('OK');
    clerk.claims = { org: 'org_a' };
    let waited = 0;
    for (; (await ask('org_a')) !== 'OK'; waited += 1) await pass(1);
    expect(waited).toBeLessThanOrEqual(8);
  });

  test.each<[string, boolean]>([
    ['after a success', true],
    ['after a minute without a request', false],
  ])('its pauses start again at 1 s %s', async (_what, succeeds) => {
    const { clerk, code } = startEngine({
      templates: { tenant: { organizationClaim: 'org', cache: false } },
    });
    const ask = () => code(inOrganization('org_a'), { template: 'tenant' });
    const discard = async () => {
      clerk.claims = { org: 'org_b' };
      expect(await ask()).toBe('UNAUTHENTICATED');
    };
    for (const pause of [1, 2, 4]) {
      await discard();
      await pass(pause);
    }
    if (succeeds) {
      clerk.claims = { org: 'org_a' };
      expect(await ask()).toBe('OK');
    } else await pass(60);
    await discard();
    await pass(1);
    clerk.claims = { org: 'org_a' };
    expect(await ask()).toBe('OK');
  });

  test('a held token is served until its hard point, and its renewal pauses after a failure', async () => {
    const { clerk, ask, code } = startEngine({ templates: tenant });
    clerk.claims = { org: 'org_a' };
    const first = await ask(inOrganization('org_a'), { template: 'tenant' });
    await pass(46);
    clerk.claims = { org: 'org_b' };
    for (let asked = 0; asked < 7; asked += 1) {
      expect((await ask(inOrganization('org_a'), { template: 'tenant' })).jwt).toBe(first.jwt);
      await pass(1);
    }
    expect(clerk.calls).toBeLessThanOrEqual(4);
    await pass(2);
    expect(await code(inOrganization('org_a'), { template: 'tenant' })).toBe('UNAUTHENTICATED');
  });
});
