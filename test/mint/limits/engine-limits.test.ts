import { describe, expect, test } from 'vitest';
import { clerkErrors } from '../../support/clerk-errors.ts';
import { aCaller, startEngine, tokenOf } from '../../support/engine.ts';
import { useFakeTime } from '../../support/fake-time.ts';

const { pass, during } = useFakeTime();
const nested = (depth: number): unknown => (depth === 0 ? {} : { a: nested(depth - 1) });
const session = (at: number) => aCaller({ sid: `sess_ada-${at}` });
/** A session of another user each time. */
const user = (at: number) => aCaller({ sid: `sess_u${at}`, sub: `user_u${at}` });

describe('retry', () => {
  test.each([
    ['500', clerkErrors.broken],
    ['a network failure', () => new Error('reset')],
  ])('M07 %s, then a token: one retry, two calls', async (_what, error) => {
    const { clerk, ask, stats } = startEngine();
    const usual = clerk.answer;
    clerk.answer = (call) => (call.number === 1 ? Promise.reject(error()) : usual(call));
    expect((await during(0.2, ask(aCaller()))).claims.jti).toBe('jti-2');
    expect(stats().mints).toBe(2);
  });

  test.each(['unknownTemplate', 'unauthorized', 'keyRefused', 'throttled', 'otherNotFound'] as const)(
    'M07 a 4xx is not tried again (%s)',
    async (answer) => {
      const { clerk, code } = startEngine();
      clerk.answer = () => Promise.reject(clerkErrors[answer]());
      await during(1, code(aCaller()));
      expect(clerk.calls).toBe(1);
    },
  );

  test('when the budget has no room for a retry, the caller gets the first error', async () => {
    const { clerk, code } = startEngine({ mintBudget: 1, deadline: 1_000 });
    clerk.answer = () => Promise.reject(clerkErrors.broken());
    expect([await during(0.5, code(aCaller())), clerk.calls]).toEqual(['UPSTREAM_UNAVAILABLE', 1]);
  });
});

describe('deadline', () => {
  test('M09 every waiter is answered 3 s after its own request', async () => {
    const { clerk, code } = startEngine();
    clerk.answer = () => new Promise(() => {});
    const answered: string[] = [];
    const ask = (name: string) => void code(aCaller()).then((given) => answered.push(`${name} ${given}`));
    ask('first');
    await pass(1);
    ask('second');
    await pass(1.999);
    expect(answered).toEqual([]);
    await pass(0.001);
    expect(answered).toContain('first UPSTREAM_UNAVAILABLE');
    await pass(1);
    expect(answered).toContain('second UPSTREAM_UNAVAILABLE');
  });

  test('a token that arrives after the deadline is held and audited', async () => {
    const { clerk, ask, code, audited } = startEngine();
    clerk.latency = 3_500;
    expect(await during(3, code(aCaller()))).toBe('UPSTREAM_UNAVAILABLE');
    await pass(0.5);
    expect([(await ask(aCaller())).claims.jti, clerk.calls]).toEqual(['jti-1', 1]);
    expect(audited.map(({ outcome, background }) => [outcome, background])).toEqual([
      ['refused', undefined],
      ['minted', true],
      ['served', undefined],
    ]);
  });

  test('a token that arrives after the deadline is not held when its session was revoked meanwhile', async () => {
    const { clerk, code, revoke } = startEngine();
    clerk.latency = 3_500;
    await during(3, code(aCaller()));
    revoke({ effect: 'refuse', target: 'session', id: 'sess_ada', at: Date.now() / 1000 });
    clerk.latency = 0;
    expect(await during(1, code(aCaller()))).toBe('UNAUTHENTICATED');
  });
});

describe('malformed errors of Clerk', () => {
  test.each<[string, unknown]>([
    ['a message that is not a text', [{ code: 'x', message: { toString: 1 } }]],
    ['a code that is not a text', [{ code: ['clerk_key_invalid'], message: 'no' }]],
    ['no list of errors', { message: 'Session not found' }],
    ['an empty list', []],
    ['nothing', null],
    ['a list of nothing', [null]],
  ])(
    'M01 an error with %s is UPSTREAM_UNAVAILABLE, and does not open the circuit breaker',
    async (_what, errors) => {
      const { clerk, code } = startEngine();
      const usual = clerk.answer;
      clerk.answer = () => Promise.reject(Object.assign(clerkErrors.otherNotFound(), { errors }));
      for (let at = 0; at < 150; at += 1) expect(await code(session(at))).toBe('UPSTREAM_UNAVAILABLE');
      clerk.answer = usual;
      expect(await code(session(0))).toBe('OK');
    },
  );
});

describe('circuit breaker', () => {
  test('after 5 failures in a row one call goes out every 2 s, and every call again when Clerk answers', async () => {
    const { clerk, code, logged } = startEngine();
    const usual = clerk.answer;
    clerk.answer = () => Promise.reject(clerkErrors.broken());
    for (let at = 0; at < 10; at += 1) await during(0.15, code(session(at)));
    expect(clerk.calls).toBe(5);
    await pass(2);
    for (let at = 0; at < 10; at += 1) await during(0.15, code(session(at)));
    expect(clerk.calls).toBe(6);
    await pass(2);
    clerk.answer = usual;
    expect(await code(session(0))).toBe('OK');
    expect(await Promise.all([1, 2, 3].map((at) => code(session(at))))).toEqual(['OK', 'OK', 'OK']);
    const lines = logged.map(({ level }) => level).filter((level) => level === 'warn' || level === 'info');
    expect(lines.filter((level) => level === 'warn')).toHaveLength(1);
  });

  test.each<[string, () => unknown]>([
    ['a refused key', () => Promise.reject(clerkErrors.keyRefused())],
    ['a 404 about something else', () => Promise.reject(clerkErrors.otherNotFound())],
    ['an unknown session', () => Promise.reject(clerkErrors.unknownSession())],
    ['a token that cannot be read', () => ({ jwt: tokenOf({ sub: 'user_ada', deep: nested(200) }) })],
    ['something else than a token', () => '<!doctype html>'],
  ])('%s counts as an answer and does not open it', async (_what, answer) => {
    const { clerk, code } = startEngine();
    const usual = clerk.answer;
    clerk.answer = (call) => (call.sessionId === 'sess_ada-0' ? answer() : usual(call));
    for (let at = 0; at < 10; at += 1) await code(session(0), { mode: at < 6 ? 'force' : 'cached' });
    expect(await code(session(1))).toBe('OK');
  });
});

describe('throttle', () => {
  test.each<[string, number | undefined, number]>([
    ['7', 7, 7],
    ['absent', undefined, 10],
    ['99999', 99_999, 60],
  ])('M10 with Retry-After %s no call goes out before that time', async (_what, retryAfter, seconds) => {
    const { clerk, code } = startEngine();
    const usual = clerk.answer;
    clerk.answer = () => Promise.reject(clerkErrors.throttled(retryAfter));
    expect(await code(session(0))).toBe('RATE_LIMITED');
    clerk.answer = usual;
    await pass(seconds - 0.001);
    expect([await code(session(1)), clerk.calls]).toEqual(['RATE_LIMITED', 1]);
    await pass(0.001);
    expect([await code(session(1)), clerk.calls]).toEqual(['OK', 2]);
  });

  test('M10 the throttle of another instance stops calls too, for 60 s at most', async () => {
    const { code, onThrottled } = startEngine();
    onThrottled(1e9);
    expect(await code(aCaller())).toBe('RATE_LIMITED');
    await pass(60);
    expect(await code(aCaller())).toBe('OK');
  });
});

describe('budget', () => {
  test('one process may spend its share, and refuses with retryAfter', async () => {
    const { clerk, code, ask } = startEngine({ mintBudget: 80, mintBudgetShare: 0.25 });
    const codes = await Promise.all(Array.from({ length: 30 }, (_, at) => code(user(at))));
    expect([codes.filter((given) => given === 'OK').length, clerk.calls]).toEqual([20, 20]);
    await pass(4);
    await expect(ask(user(99))).rejects.toMatchObject({
      extensions: { code: 'RATE_LIMITED', retryAfter: 7 },
    });
    await pass(6.5);
    expect(await code(user(99))).toBe('OK');
  });

  test('a request waits when the budget has room 1 s before the deadline or earlier', async () => {
    const { clerk, code } = startEngine({ mintBudget: 1 });
    await code(user(0));
    await pass(8.6);
    const waiting = code(user(1));
    await pass(0.5);
    expect(clerk.calls).toBe(1);
    expect(await during(1.5, waiting)).toBe('OK');
    expect(clerk.calls).toBe(2);
  });

  test('a background mint never queues', async () => {
    const { clerk, ask } = startEngine({ mintBudget: 1 });
    await ask(user(0));
    await pass(38);
    await ask(user(1));
    await pass(8.5);
    await ask(user(0));
    await pass(5);
    expect(clerk.calls).toBe(2);
  });

  test('a session that has spent its limit is refused, other sessions are not', async () => {
    const { code, stats } = startEngine({ sessionMintLimit: 2, templates: '*' });
    const codes = [];
    for (const template of ['a', 'b', 'c']) codes.push(await code(aCaller(), { template }));
    expect([codes, await code(session(1), { template: 'c' })]).toEqual([['OK', 'OK', 'RATE_LIMITED'], 'OK']);
    expect(stats().refusals).toEqual({ 'session-limit': 1 });
  });
});
