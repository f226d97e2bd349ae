import { describe, expect, test } from 'vitest';
import { commitResult, commitToken, handleFailure } from '../../../src/mint/cache/commit.ts';
import { limited, sessionEnded, unavailable } from '../../../src/mint/mint-failure.ts';
import { clerkError, clerkErrors } from '../../support/clerk-errors.ts';
import { aCaller, startEngine } from '../../support/engine.ts';
import { useFakeTime } from '../../support/fake-time.ts';
import { anEvent, aRequest, aToken, minted, startCache } from '../../support/mint-cache.ts';

const { pass, during } = useFakeTime();

describe('after an answer of Clerk', () => {
  test.each([
    ['a network failure', () => new Error('reset')],
    ['500', clerkErrors.broken],
    ['429', () => clerkErrors.throttled(7)],
    ['a refused key', clerkErrors.keyRefused],
  ])('M11 %s leaves a held token that has not expired', async (_what, error) => {
    const { clerk, ask, code } = startEngine();
    const first = await ask(aCaller());
    clerk.answer = () => Promise.reject(error());
    await pass(54);
    expect((await during(0.5, ask(aCaller()))).jwt).toBe(first.jwt);
    expect(await during(0.5, code(aCaller({ sid: 'sess_grace', sub: 'user_grace' })))).not.toBe('OK');
  });

  test.each([400, 403, 404])(
    'an unknown refusal with status %i leaves a held token until its hard point, and no longer',
    async (status) => {
      const { clerk, ask, code, stats } = startEngine();
      const first = await ask(aCaller());
      clerk.answer = () => Promise.reject(clerkError(status, 'user_banned', 'no'));
      await pass(46);
      expect((await ask(aCaller())).jwt).toBe(first.jwt);
      await pass(8);
      expect(await code(aCaller())).toBe('UPSTREAM_UNAVAILABLE');
      expect(stats().refusals).toEqual({ rejected: 1 });
    },
  );

  test('M06 a token whose mint overlaps with the end of its session is not returned', async () => {
    const { clerk, code } = startEngine();
    const usual = clerk.answer;
    clerk.answer = async (call) => {
      if (call.template === 'nhost') throw clerkErrors.unknownSession();
      await new Promise((resolve) => setTimeout(resolve, 500));
      return usual(call);
    };
    const slow = code(aCaller());
    await pass(0.1);
    expect(await code(aCaller(), { template: 'nhost' })).toBe('UNAUTHENTICATED');
    expect(await during(0.5, slow)).toBe('UNAUTHENTICATED');
  });

  test('M05 an unknown template drops its own key and is cached for 10 s, which mode force bypasses', async () => {
    const { clerk, ask, code } = startEngine();
    const [ada, grace] = [aCaller(), aCaller({ sid: 'sess_grace', sub: 'user_grace' })];
    await ask(ada);
    await ask(grace);
    await ask(ada, { template: 'nhost' });
    clerk.answer = () => Promise.reject(clerkErrors.unknownTemplate());
    await pass(46);
    await ask(ada);
    await pass(0);
    expect([await code(ada), clerk.calls]).toEqual(['TEMPLATE_NOT_FOUND', 4]);
    // Another user's token of the same template, and another template, are kept.
    expect([await code(grace), await code(ada, { template: 'nhost' })]).toEqual(['OK', 'OK']);
    await pass(0);
    const before = clerk.calls;
    expect([await code(ada, { mode: 'force' }), clerk.calls]).toEqual(['TEMPLATE_NOT_FOUND', before + 1]);
    await pass(10);
    expect([await code(ada), clerk.calls > before + 1]).toEqual(['TEMPLATE_NOT_FOUND', true]);
  });

  test.each(['unknownSession', 'unauthorized', 'unprocessable'] as const)(
    'M06 %s: the session loses every token and is refused for 10 s, and other sessions are not',
    async (answer) => {
      const { clerk, ask, code } = startEngine();
      const usual = clerk.answer;
      const grace = aCaller({ sid: 'sess_grace', sub: 'user_grace' });
      await ask(aCaller());
      await ask(grace);
      clerk.answer = () => Promise.reject(clerkErrors[answer]());
      expect(await code(aCaller(), { template: 'nhost' })).toBe('UNAUTHENTICATED');
      expect([await code(aCaller()), clerk.calls]).toEqual(['UNAUTHENTICATED', 3]);
      expect(await code(grace)).toBe('OK');
      await pass(10);
      clerk.answer = usual;
      expect((await ask(aCaller())).claims.jti).toBe('jti-4');
    },
  );

  test("C21 one user that ends many sessions does not make other users' ended sessions suspicious", async () => {
    const { clerk, code } = startEngine();
    clerk.answer = () => Promise.reject(clerkErrors.unauthorized());
    for (let at = 0; at < 30; at += 1)
      expect(await code(aCaller({ sid: `sess_ada-${at}` }))).toBe('UNAUTHENTICATED');
    expect(await code(aCaller({ sid: 'sess_grace', sub: 'user_grace' }))).toBe('UNAUTHENTICATED');
  });

  test('refused sessions of more than 20 users within 10 s are suspicious: held tokens are kept, and one error is logged', async () => {
    const { clerk, ask, code, logged } = startEngine();
    const callers = Array.from({ length: 30 }, (_, at) =>
      aCaller({ sid: `sess_u${at}`, sub: `user_u${at}` }),
    );
    const first = await ask(aCaller({ sid: 'sess_ada-99' }));
    clerk.answer = () => Promise.reject(clerkErrors.unauthorized());
    const codes = [];
    for (const caller of callers) codes.push(await code(caller));
    expect(codes.filter((answered) => answered === 'UNAUTHENTICATED')).toHaveLength(20);
    expect(codes.slice(20)).toEqual(Array.from({ length: 10 }, () => 'UPSTREAM_UNAVAILABLE'));
    await pass(9);
    expect((await ask(aCaller({ sid: 'sess_ada-99' }))).jwt).toBe(first.jwt);
    expect(logged.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  test('M02 M03 T07 a token with another sub, too long a life or no life is not held', async () => {
    const { clerk, code } = startEngine();
    for (const claims of [
      { sub: 'user_mallory' },
      { exp: 4_000_000_000 },
      { exp: 5 },
      { iat: 4_000_000_000 },
    ]) {
      clerk.claims = claims;
      expect(await during(0.2, code(aCaller()))).not.toBe('OK');
      // The key of a discarded token pauses for some seconds.
      await pass(5);
    }
    clerk.claims = {};
    expect([await code(aCaller()), clerk.calls]).toEqual(['OK', 5]);
  });

  test('C17 after a switch of the organization at Clerk nothing is held, and the next session token works', async () => {
    const policy = { organizationClaim: 'org' };
    const { clerk, code } = startEngine({ templates: { hasura: policy } });
    const [before, after] = [aCaller({ o: { id: 'org_a' } }), aCaller({ o: { id: 'org_b' } })];
    clerk.claims = { org: 'org_b' };
    expect(await code(before)).toBe('UNAUTHENTICATED');
    expect([await code(after), await code(after), clerk.calls]).toEqual(['OK', 'OK', 2]);
    expect(await code(before)).toBe('UNAUTHENTICATED');
  });
});

describe('a result', () => {
  test('that is a token is held, and ends the pause of a discarded one', () => {
    const { cache } = startCache();
    cache.discarded.add('key', unavailable('unavailable', 'why'));
    const committed = commitResult(cache, 'key', aRequest(), { result: minted(), sequence: 7 });
    expect(committed).toEqual({ result: minted(), sequence: 7 });
    expect([cache.memory.get('key')?.sequence, cache.discarded.find('key')]).toEqual([7, undefined]);
  });

  test('C14 of a template that is not cached is not held', () => {
    const { cache } = startCache();
    commitToken(cache, 'key', aRequest({}, { cache: false }), aToken(), 1);
    expect(cache.memory.size).toBe(0);
  });

  test('that has expired meanwhile is not held', () => {
    const { cache, clock } = startCache();
    clock.seconds = 1_060;
    expect(commitToken(cache, 'key', aRequest(), aToken(), 1)).toEqual(minted());
    expect(cache.memory.size).toBe(0);
  });

  test('R13 whose mint began before an event is not held', () => {
    const { cache } = startCache();
    const sequence = cache.revocations.nextSequence();
    cache.revocations.learn([anEvent('drop', 900)]);
    commitToken(cache, 'key', aRequest(), aToken(), sequence);
    expect(cache.memory.size).toBe(0);
  });

  test.each([
    ['allows', unavailable('unavailable', 'why'), true],
    ['does not allow', limited('session-limit', 1_000), false],
  ])('that is a failure pauses renewal for 1 s, and %s stale-if-error', (_does, failure, servesStale) => {
    const { cache, clock } = startCache();
    cache.memory.commit('key', { token: aToken(), sequence: 1 });
    clock.ms = 500;
    handleFailure(cache, 'key', aRequest(), failure);
    expect(cache.memory.get('key')?.pause).toEqual({ until: 1_500, servesStale });
  });

  test('that says that the session has ended is reported once', () => {
    const { cache, seen } = startCache();
    handleFailure(cache, 'key', aRequest(), sessionEnded('status 404'));
    expect([seen.ended, cache.negative.hasSessionEnded('sess_ada')]).toEqual([['sess_ada'], true]);
  });
});
