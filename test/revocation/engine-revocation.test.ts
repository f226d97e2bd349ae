import { createHash } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { createRevocations, type Revocation } from '../../src/revocation/revocations.ts';
import { monotonicNow } from '../../src/time/monotonic-now.ts';
import { clerkErrors } from '../support/clerk-errors.ts';
import { aCaller, startEngine } from '../support/engine.ts';
import { useFakeTime } from '../support/fake-time.ts';

const { pass, during } = useFakeTime();
const seconds = () => Date.now() / 1000;
const grace = (sid = 'sess_grace') => aCaller({ sid, sub: 'user_grace', o: { id: 'org_a' } });
const now = () => Date.now();

const everyKind: [string, Revocation][] = [
  ['its session is refused', { effect: 'refuse', subject: 'session', id: 'sess_ada', at: 0 }],
  ['its user is refused', { effect: 'refuse', subject: 'user', id: 'user_ada', at: 0 }],
];

describe('R03 a revocation while a mint is in flight', () => {
  test.each(everyKind)(
    '%s: neither who began it nor who joined gets the token, and it is not held',
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

test('R03 who joined with a session token that a ban does not reach gets a token, though who began it does not', async () => {
  const { clerk, code, revoke } = startEngine();
  const before = aCaller();
  await pass(30);
  const now = aCaller();
  clerk.latency = 500;
  const waiting = [code(before), code(now)];
  await pass(0.2);
  revoke({ effect: 'refuse', subject: 'user', id: 'user_ada', at: seconds() - 20 });
  expect(await during(1.5, Promise.all(waiting))).toEqual(['UNAUTHENTICATED', 'OK']);
});

describe('R13 a drop event while a mint is in flight', () => {
  const drop = (effect: Partial<Revocation> = {}): Revocation => ({
    ...{ effect: 'drop', subject: 'user', id: 'user_ada', at: seconds() },
    ...effect,
  });

  test.each<[string, boolean]>([
    ['a cached template', true],
    ['a template that is not cached', false],
  ])('%s: the mint is made once more for all that wait', async (_what, cache) => {
    const { clerk, ask, revoke, audited } = startEngine({ templates: { hasura: { cache } } });
    clerk.latency = 500;
    const before = ask(aCaller());
    await pass(0.2);
    revoke(drop());
    const tokens = await during(1, before);
    expect([tokens.claims.jti, clerk.calls]).toEqual(['jti-2', 2]);
    expect(audited.map(({ outcome, jti }) => [outcome, jti])).toEqual([['minted', 'jti-2']]);
  });

  test('those who joined get the second token, those who come later do not join the first mint', async () => {
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
    // The newer of the two is held.
    await pass(2);
    expect([(await ask(aCaller())).claims.jti, clerk.calls]).toEqual(['jti-3', 3]);
  });

  test.each<[string, Partial<Revocation>]>([
    ['its session', { subject: 'session', id: 'sess_grace' }],
    ['its user', { subject: 'user', id: 'user_grace' }],
    ['its organization', { subject: 'organization', id: 'org_a' }],
    // Clerk's clock may be behind: what counts is the order in this process.
    ['its user, by a time long before the mint', { subject: 'user', id: 'user_grace', at: 1 }],
  ])('an event about %s counts', async (_what, effect) => {
    const { clerk, ask, revoke } = startEngine();
    clerk.latency = 500;
    const waiting = ask(grace());
    await pass(0.2);
    revoke(drop(effect));
    expect((await during(1, waiting)).claims.jti).toBe('jti-2');
  });

  test('an event about somebody else does not', async () => {
    const { clerk, ask, revoke } = startEngine();
    clerk.latency = 500;
    const waiting = ask(grace());
    await pass(0.2);
    revoke(drop());
    expect([(await during(1, waiting)).claims.jti, clerk.calls]).toEqual(['jti-1', 1]);
  });

  test('an event during each of the two mints, or too little time: UPSTREAM_UNAVAILABLE, ask again in 1 s', async () => {
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

  test('a mint that has waited for the budget until after the event is good', async () => {
    const { clerk, ask, revoke } = startEngine({ mintBudget: 1 });
    await ask(grace());
    await pass(9);
    const waiting = ask(aCaller());
    await pass(0.5);
    revoke(drop());
    expect([(await during(1, waiting)).claims.jti, clerk.calls]).toEqual(['jti-2', 2]);
  });

  test('a background mint does not bring the old token in', async () => {
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

  test('a token that comes after the deadline is not held either', async () => {
    const { clerk, ask, code, revoke } = startEngine();
    clerk.latency = 3_500;
    expect(await during(3.1, code(aCaller()))).toBe('UPSTREAM_UNAVAILABLE');
    revoke(drop());
    await pass(1);
    clerk.latency = 0;
    expect((await ask(aCaller())).claims.jti).toBe('jti-2');
  });
});

test('R05 without a webhook, a revoked session gets its held token until the hard point and no longer', async () => {
  const { clerk, ask, code } = startEngine();
  clerk.life = 3_600;
  await ask(aCaller());
  clerk.answer = () => Promise.reject(clerkErrors.unauthorized());
  await pass(44);
  expect(await code(aCaller())).toBe('OK');
  await pass(16);
  expect(await code(aCaller())).toBe('UNAUTHENTICATED');
});

test('R06 a user that is refused loses every session; others go on', async () => {
  const { ask, code, revoke } = startEngine();
  const [one, two] = [grace('sess_grace-1'), grace('sess_grace-2')];
  for (const caller of [one, two, aCaller()]) await ask(caller);
  revoke({ effect: 'refuse', subject: 'user', id: 'user_grace', at: seconds() });
  expect([await code(one), await code(two), await code(aCaller())]).toEqual([
    'UNAUTHENTICATED',
    'UNAUTHENTICATED',
    'OK',
  ]);
});

test('R11 a ban that is delivered again after the unban leaves new sessions alone', async () => {
  const { code, revoke } = startEngine();
  const ban: Revocation = { effect: 'refuse', subject: 'user', id: 'user_grace', at: seconds() };
  const before = grace();
  revoke(ban);
  await pass(2);
  const after = grace('sess_grace-2');
  expect([await code(before), await code(after)]).toEqual(['UNAUTHENTICATED', 'OK']);
  revoke(ban);
  expect([await code(before), await code(after)]).toEqual(['UNAUTHENTICATED', 'OK']);
});

test.each<[string, Revocation]>([
  ['its session', { effect: 'drop', subject: 'session', id: 'sess_grace', at: 0 }],
  ['its user', { effect: 'drop', subject: 'user', id: 'user_grace', at: 0 }],
  ['its organization', { effect: 'drop', subject: 'organization', id: 'org_a', at: 0 }],
])('an event about %s makes the next request mint, and signs nobody out', async (_what, revocation) => {
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

describe('revocations', () => {
  const nameOf = (subject: string, id: string) => `${subject}-${id}`;
  const sign = (text: string) => createHash('sha256').update(text).digest('base64url');
  const start = () => createRevocations({ nameOf, sign, keepFor: 600_000, now, monotonicNow });

  test('are learned from texts as they were, and forgotten together', async () => {
    const [one, other] = [start(), start()];
    const [text = ''] = one.learn([{ effect: 'refuse', subject: 'session', id: 'sess_ada', at: seconds() }]);
    await pass(300);
    other.learnText(text);
    expect([one.refuses(aCaller()), other.refuses(aCaller())]).toEqual([true, true]);
    expect(other.texts()).toEqual([text]);
    await pass(300);
    expect([one.refuses(aCaller()), other.refuses(aCaller())]).toEqual([false, false]);
    // Told again, what is over does not begin anew: instances would keep each other's for ever.
    other.learnText(text);
    expect([other.refuses(aCaller()), other.texts()]).toEqual([false, []]);
  });

  test.each([
    '',
    'x',
    'refuse',
    'refuse:session:sess_ada',
    'refuse:session:sess ada:1:1',
    'grant:session:a:1:1',
    'refuse:session:a:NaN:1',
    `refuse:session:${'a'.repeat(65)}:1:1`,
    'refuse:session:session-sess_ada:1:1',
    'refuse:session:session-sess_ada:1:1:',
    `refuse:session:session-sess_ada:1:1:${'A'.repeat(43)}`,
  ])('are not learned from %j', (text) => {
    const revocations = start();
    revocations.learnText(text);
    expect(revocations.texts()).toEqual([]);
  });

  test('are not learned from a text that was made into another one', () => {
    const [one, other] = [start(), start()];
    const at = seconds();
    const [text = ''] = one.learn([{ effect: 'drop', subject: 'user', id: 'user_ada', at }]);
    for (const changed of [
      text.replace('drop', 'refuse'),
      text.replace('user-user_ada', 'user-user_bob'),
      text.replace(`:${at}`, `:${at + 1}`),
      text.replace(/:(\d+):([\w-]+)$/, ':1:$2'),
    ]) {
      expect(changed).not.toBe(text);
      other.learnText(changed);
    }
    expect(other.texts()).toEqual([]);
    other.learnText(text);
    expect(other.texts()).toEqual([text]);
  });

  test('are kept for as long as they must be, wherever the clock jumps meanwhile', async () => {
    const revocations = start();
    const revoke = (id: string) =>
      revocations.learn([{ effect: 'refuse', subject: 'session', id, at: seconds() }]);
    revoke('sess_ada');
    for (const jump of [660_000, -660_000, -7_200_000, 7_200_000]) {
      vi.setSystemTime(Date.now() + jump);
      revoke(`sess_${jump}`);
      expect(revocations.refuses(aCaller())).toBe(true);
    }
    await pass(599);
    expect(revocations.refuses(aCaller())).toBe(true);
    await pass(2);
    expect(revocations.refuses(aCaller())).toBe(false);
  });

  test('of the far future refuse nothing that comes later', async () => {
    const revocations = start();
    revocations.learn([{ effect: 'refuse', subject: 'user', id: 'user_ada', at: 9e9 }]);
    expect(revocations.refuses(aCaller())).toBe(true);
    await pass(6);
    expect(revocations.refuses(aCaller())).toBe(false);
  });

  test.each([1e300, Number.POSITIVE_INFINITY, 1e21, 8.64e15, 5e-324])(
    'of the moment %s are told other instances in a text that they understand',
    async (at) => {
      const [one, other] = [start(), start()];
      const [text = ''] = one.learn([{ effect: 'drop', subject: 'user', id: 'user_ada', at }]);
      other.learnText(text);
      expect(other.texts()).toEqual([text]);
      const later = { order: other.tick(), issuedAt: seconds() + 6 };
      expect(other.voids(aCaller(), later)).toBe(false);
    },
  );

  test('that are read again void nothing anew', () => {
    const revocations = start();
    const [text = ''] = revocations.learn([
      { effect: 'drop', subject: 'user', id: 'user_ada', at: seconds() - 5 },
    ]);
    const order = revocations.tick();
    revocations.learnText(text);
    expect(revocations.voids(aCaller(), { order, issuedAt: seconds() })).toBe(false);
    expect(revocations.voids(aCaller(), { order, issuedAt: seconds() - 5 })).toBe(true);
    expect(revocations.voids(aCaller(), { order: 0, issuedAt: seconds() })).toBe(true);
  });
});
