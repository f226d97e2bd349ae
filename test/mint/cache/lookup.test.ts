import { describe, expect, test } from 'vitest';
import { clerkErrors, throwing } from '../../support/clerk-errors.ts';
import { aCaller, startEngine } from '../../support/engine.ts';
import { useFakeTime } from '../../support/fake-time.ts';

const { pass } = useFakeTime();

const forced = { mode: 'force' } as const;

describe('a token of mode force', () => {
  test('C19 is minted after the request began, while an older flight runs', async () => {
    const { clerk, ask } = startEngine();
    clerk.latency = 1_000;
    const older = ask(aCaller());
    await pass(0.5);
    const asked = Date.now();
    const began: number[] = [];
    const answer = clerk.answer;
    clerk.answer = (call) => {
      began.push(Date.now());
      return answer(call);
    };
    const wanted = ask(aCaller(), forced);
    await pass(1);
    expect((await wanted).jwt).not.toBe((await older).jwt);
    expect(clerk.calls).toBe(2);
    expect(began).toEqual([asked]);
  });

  test('C19 is one mint for all requests that arrive at once: it begins after all of them', async () => {
    const { clerk, ask } = startEngine();
    clerk.latency = 100;
    const together = Array.from({ length: 3 }, () => ask(aCaller(), forced));
    await pass(0.1);
    const tokens = await Promise.all(together);
    expect([clerk.calls, new Set(tokens.map(({ jwt }) => jwt)).size]).toEqual([1, 1]);
  });

  test('C19 the seventh within a minute is RATE_LIMITED, for this session alone', async () => {
    const { clerk, ask, code, stats } = startEngine();
    for (let at = 0; at < 6; at += 1) await ask(aCaller(), forced);
    await pass(20);
    await expect(ask(aCaller(), forced)).rejects.toMatchObject({
      extensions: { code: 'RATE_LIMITED', retryAfter: 43 },
    });
    expect(clerk.calls).toBe(6);
    expect(stats().refusals).toEqual({ 'fresh-limit': 1 });
    expect(await code(aCaller())).toBe('OK');
    expect(await code(aCaller({ sid: 'sess_ada-2' }), forced)).toBe('OK');
    await pass(43);
    expect(await code(aCaller(), forced)).toBe('OK');
  });

  test('C19 the limit counts all templates of a session together', async () => {
    const { code } = startEngine();
    const codes = [];
    for (let at = 0; at < 8; at += 1) {
      codes.push(await code(aCaller(), { mode: 'force', template: at % 2 ? 'hasura' : 'nhost' }));
    }
    expect(codes).toEqual([...Array.from({ length: 6 }, () => 'OK'), 'RATE_LIMITED', 'RATE_LIMITED']);
  });

  test('C19 is never the held token, not even while Clerk fails', async () => {
    const { clerk, ask, code } = startEngine();
    const held = await ask(aCaller());
    await pass(1);
    clerk.answer = throwing(() => clerkErrors.throttled(5));
    expect(await code(aCaller(), forced)).toBe('RATE_LIMITED');
    expect((await ask(aCaller())).jwt).toBe(held.jwt);
  });

  test('C19 becomes the held token', async () => {
    const { clerk, ask } = startEngine();
    await ask(aCaller());
    await pass(1);
    const renewed = await ask(aCaller(), forced);
    expect((await ask(aCaller())).jwt).toBe(renewed.jwt);
    expect(clerk.calls).toBe(2);
  });

  test('C19 bypasses the negative cache of templates', async () => {
    const { clerk, ask, code } = startEngine();
    const answer = clerk.answer;
    clerk.answer = throwing(clerkErrors.unknownTemplate);
    expect(await code(aCaller())).toBe('TEMPLATE_NOT_FOUND');
    clerk.answer = answer;
    expect(await code(aCaller())).toBe('TEMPLATE_NOT_FOUND');
    expect(clerk.calls).toBe(1);
    const made = await ask(aCaller(), forced);
    expect((await ask(aCaller())).jwt).toBe(made.jwt);
    expect(clerk.calls).toBe(2);
  });

  test('C19 of a template that is not cached counts against the same limit', async () => {
    const { code, clerk } = startEngine({ templates: { hasura: { cache: false } } });
    for (let at = 0; at < 6; at += 1) expect(await code(aCaller(), forced)).toBe('OK');
    expect(await code(aCaller(), forced)).toBe('RATE_LIMITED');
    expect(clerk.calls).toBe(6);
  });
});

describe('the cache entry', () => {
  test('C04 of two users and one template is not shared', async () => {
    const { ask } = startEngine();
    const [ada, grace] = await Promise.all([
      ask(aCaller()),
      ask(aCaller({ sid: 'sess_grace', sub: 'user_grace' })),
    ]);
    expect([ada.claims.sub, grace.claims.sub]).toEqual(['user_ada', 'user_grace']);
  });

  test.each<[string, Record<string, unknown>]>([
    ['another session', { sid: 'sess_ada-2' }],
    ['another organization', { o: { id: 'org_b', rol: 'member' } }],
    ['another role', { o: { id: 'org_a', rol: 'admin' } }],
    ['an impersonating user', { act: { sub: 'user_x' } }],
    ['another custom claim', { plan: 'pro' }],
  ])('C05 of %s is another one', async (_what, claims) => {
    const { clerk, ask } = startEngine({ templates: { hasura: { allowImpersonated: true } } });
    await ask(aCaller({ o: { id: 'org_a', rol: 'member' } }));
    await ask(aCaller({ o: { id: 'org_a', rol: 'member' }, ...claims }));
    expect(clerk.calls).toBe(2);
  });

  test('does not depend on times, factor ages, ignored claims or the order of claims', async () => {
    const { clerk, ask } = startEngine({ fingerprintIgnore: ['seen_at'] });
    await ask(aCaller({ fva: [1, -1], seen_at: 1, meta: { a: 1, b: [2, { c: 3, d: 4 }] } }));
    await pass(3);
    await ask(aCaller({ meta: { b: [2, { d: 4, c: 3 }], a: 1 }, seen_at: 2, fva: [2, -1], jti: 'x' }));
    expect(clerk.calls).toBe(1);
  });
});

test('C14 a template that is not cached mints for every request, within the budget', async () => {
  const { clerk, ask, code } = startEngine({ templates: { hasura: { cache: false } }, mintBudget: 3 });
  const users = ['ada', 'bob', 'eve', 'grace'].map((name) =>
    aCaller({ sid: `sess_${name}`, sub: `user_${name}` }),
  );
  const [ada = aCaller(), , , grace = aCaller()] = users;
  for (const user of users.slice(0, 3)) await ask(user);
  expect([clerk.calls, await code(grace)]).toEqual([3, 'RATE_LIMITED']);
  await pass(10.5);
  expect([await code(ada), await code(grace)]).toEqual(['OK', 'OK']);
});
