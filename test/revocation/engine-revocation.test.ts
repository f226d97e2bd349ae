import { describe, expect, test } from 'vitest';
import type { Revocation } from '../../src/revocation/revocations.ts';
import { clerkErrors } from '../support/clerk-errors.ts';
import { aCaller, startEngine } from '../support/engine.ts';
import { useFakeTime } from '../support/fake-time.ts';

const { pass, during } = useFakeTime();
const seconds = () => Date.now() / 1000;
const grace = (sid = 'sess_grace') => aCaller({ sid, sub: 'user_grace', o: { id: 'org_a' } });

const everyKind: [string, Revocation][] = [
  ['its session is refused', { effect: 'refuse', target: 'session', id: 'sess_ada', at: 0 }],
  ['its user is refused', { effect: 'refuse', target: 'user', id: 'user_ada', at: 0 }],
];

describe('R03 a revocation while a mint is in flight', () => {
  test.each(everyKind)(
    '%s: the token is neither returned to the leader and the followers nor held',
    async (_what, revocation) => {
      const { clerk, code, revoke, audited } = startEngine();
      clerk.latency = 500;
      const waiting = [code(aCaller()), code(aCaller()), code(aCaller(), { mode: 'force' })];
      await pass(0.2);
      revoke({ ...revocation, at: seconds() });
      expect(await during(0.5, Promise.all(waiting))).toEqual(
        Array.from({ length: 3 }, () => 'UNAUTHENTICATED'),
      );
      expect(audited.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'refused']);
      expect(await during(0.5, code(aCaller()))).toBe('UNAUTHENTICATED');
    },
  );
});

test('R03 a follower whose session token is newer than the ban gets a token, the leader does not', async () => {
  const { clerk, code, revoke } = startEngine();
  const before = aCaller();
  await pass(30);
  const now = aCaller();
  clerk.latency = 500;
  const waiting = [code(before), code(now)];
  await pass(0.2);
  revoke({ effect: 'refuse', target: 'user', id: 'user_ada', at: seconds() - 20 });
  expect(await during(1.5, Promise.all(waiting))).toEqual(['UNAUTHENTICATED', 'OK']);
});

describe('R13 a drop event while a mint is in flight', () => {
  const drop = (effect: Partial<Revocation> = {}): Revocation => ({
    ...{ effect: 'drop', target: 'user', id: 'user_ada', at: seconds() },
    ...effect,
  });

  test.each<[string, boolean]>([
    ['a cached template', true],
    ['a template that is not cached', false],
  ])('%s: the token is minted once more for all that wait', async (_what, cache) => {
    const { clerk, ask, revoke, audited } = startEngine({ templates: { hasura: { cache } } });
    clerk.latency = 500;
    const before = ask(aCaller());
    await pass(0.2);
    revoke(drop());
    const tokens = await during(1, before);
    expect([tokens.claims.jti, clerk.calls]).toEqual(['jti-2', 2]);
    expect(audited.map(({ outcome, jti }) => [outcome, jti])).toEqual([['minted', 'jti-2']]);
  });

  test('followers get the second token, later requests do not join the first mint', async () => {
    const { clerk, ask, revoke } = startEngine();
    clerk.latency = 500;
    // The second mint begins in the second after the event: a token of the same second would not be held.
    await pass(0.6);
    const waiting = [ask(aCaller()), ask(aCaller())];
    await pass(0.2);
    revoke(drop());
    const after = ask(aCaller());
    const given = await during(1, Promise.all([...waiting, after]));
    expect(given.map(({ claims }) => claims.jti)).toEqual(['jti-3', 'jti-3', 'jti-2']);
    // The newer token is held.
    await pass(2);
    expect([(await ask(aCaller())).claims.jti, clerk.calls]).toEqual(['jti-3', 3]);
  });

  test.each<[string, Partial<Revocation>]>([
    ['its session', { target: 'session', id: 'sess_grace' }],
    ['its user', { target: 'user', id: 'user_grace' }],
    ['its organization', { target: 'organization', id: 'org_a' }],
    // Clerk's clock may be slow: the order in this process decides.
    ['its user, by a time long before the mint', { target: 'user', id: 'user_grace', at: 1 }],
  ])('an event about %s has that effect', async (_what, effect) => {
    const { clerk, ask, revoke } = startEngine();
    clerk.latency = 500;
    const waiting = ask(grace());
    await pass(0.2);
    revoke(drop(effect));
    expect((await during(1, waiting)).claims.jti).toBe('jti-2');
  });

  test('an event about another user has no effect', async () => {
    const { clerk, ask, revoke } = startEngine();
    clerk.latency = 500;
    const waiting = ask(grace());
    await pass(0.2);
    revoke(drop());
    expect([(await during(1, waiting)).claims.jti, clerk.calls]).toEqual(['jti-1', 1]);
  });

  test('an event during both mints, or too little time left: UPSTREAM_UNAVAILABLE with retryAfter 1', async () => {
    const { clerk, ask, revoke } = startEngine();
    const refused = { extensions: { code: 'UPSTREAM_UNAVAILABLE', retryAfter: 1 } };
    clerk.latency = 500;
    const twice = expect(ask(aCaller())).rejects.toMatchObject(refused);
    for (let event = 0; event < 2; event += 1) {
      await pass(0.3);
      revoke(drop());
      await pass(0.3);
    }
    await twice;
    expect(clerk.calls).toBe(2);
    clerk.latency = 2_700;
    const late = expect(ask(aCaller())).rejects.toMatchObject(refused);
    await pass(0.1);
    revoke(drop());
    await pass(2.7);
    await late;
    expect(clerk.calls).toBe(3);
  });

  test('a mint that waited for the budget until after the event is not repeated', async () => {
    const { clerk, ask, revoke } = startEngine({ mintBudget: 1 });
    await ask(grace());
    await pass(9);
    const waiting = ask(aCaller());
    await pass(0.5);
    revoke(drop());
    expect([(await during(1, waiting)).claims.jti, clerk.calls]).toEqual(['jti-2', 2]);
  });

  test('the token of a background mint is not held', async () => {
    const { clerk, ask, revoke } = startEngine();
    await ask(aCaller());
    clerk.latency = 500;
    await pass(46.6);
    await ask(aCaller());
    await pass(0.2);
    revoke(drop());
    await pass(3);
    expect([(await ask(aCaller())).claims.jti, clerk.calls]).toEqual(['jti-3', 3]);
  });

  test('a token that arrives after the deadline is not held', async () => {
    const { clerk, ask, code, revoke } = startEngine();
    clerk.latency = 3_500;
    expect(await during(3.1, code(aCaller()))).toBe('UPSTREAM_UNAVAILABLE');
    revoke(drop());
    await pass(1);
    clerk.latency = 0;
    expect((await ask(aCaller())).claims.jti).toBe('jti-2');
  });
});

test('R05 without a webhook, a revoked session gets its held token until the hard point', async () => {
  const { clerk, ask, code } = startEngine();
  clerk.life = 3_600;
  await ask(aCaller());
  clerk.answer = () => Promise.reject(clerkErrors.unauthorized());
  await pass(44);
  expect(await code(aCaller())).toBe('OK');
  await pass(16);
  expect(await code(aCaller())).toBe('UNAUTHENTICATED');
});

test('R06 a ban of a user refuses all of its sessions, and no others', async () => {
  const { ask, code, revoke } = startEngine();
  const [one, two] = [grace('sess_grace-1'), grace('sess_grace-2')];
  for (const caller of [one, two, aCaller()]) await ask(caller);
  revoke({ effect: 'refuse', target: 'user', id: 'user_grace', at: seconds() });
  expect([await code(one), await code(two), await code(aCaller())]).toEqual([
    'UNAUTHENTICATED',
    'UNAUTHENTICATED',
    'OK',
  ]);
});

test('R11 a ban that is delivered again after the unban does not refuse new sessions', async () => {
  const { code, revoke } = startEngine();
  const ban: Revocation = { effect: 'refuse', target: 'user', id: 'user_grace', at: seconds() };
  const before = grace();
  revoke(ban);
  await pass(2);
  const after = grace('sess_grace-2');
  expect([await code(before), await code(after)]).toEqual(['UNAUTHENTICATED', 'OK']);
  revoke(ban);
  expect([await code(before), await code(after)]).toEqual(['UNAUTHENTICATED', 'OK']);
});

test.each<[string, Revocation]>([
  ['its session', { effect: 'drop', target: 'session', id: 'sess_grace', at: 0 }],
  ['its user', { effect: 'drop', target: 'user', id: 'user_grace', at: 0 }],
  ['its organization', { effect: 'drop', target: 'organization', id: 'org_a', at: 0 }],
])('an event about %s makes the next request mint, and refuses no session', async (_what, revocation) => {
  const { clerk, ask, revoke } = startEngine();
  await ask(grace());
  await ask(aCaller());
  await pass(5);
  revoke({ ...revocation, at: seconds() });
  await pass(2);
  expect((await ask(grace())).claims.jti).toBe('jti-3');
  await ask(grace());
  await ask(aCaller());
  expect(clerk.calls).toBe(3);
});
