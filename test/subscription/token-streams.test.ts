import { describe, expect, test, vi } from 'vitest';
import { errorCode } from '../../src/errors.ts';
import type { SharedCache } from '../../src/mint/cache/shared-cache.ts';
import type { Revocation } from '../../src/revocation/revocations.ts';
import type { TokenStream } from '../../src/subscription/token-stream.ts';
import { clerkErrors, throwing } from '../support/clerk-errors.ts';
import { aCaller, startEngine } from '../support/engine.ts';
import { useFakeTime } from '../support/fake-time.ts';

const { pass, during } = useFakeTime();

/** Returns the next event as a word: the `jti` of a token, the code of an error, or `end`. */
async function word(stream: TokenStream): Promise<unknown> {
  const { done, value } = await stream.next();
  if (done) return 'end';
  return value.kind === 'token' ? value.token.claims.jti : errorCode(value.error);
}

describe('a stream of tokens', () => {
  test('delivers the current token at once and its successor at the soft point, with one mint each', async () => {
    const { clerk, subscribe, ask } = startEngine();
    const stream = await subscribe(aCaller());
    expect(await word(stream)).toBe('jti-1');
    const second = word(stream);
    await pass(44.9);
    expect(clerk.calls).toBe(1);
    expect(await during(0.1, second)).toBe('jti-2');
    expect(await during(45, word(stream))).toBe('jti-3');
    // Queries get the same token.
    expect((await ask(aCaller())).claims.jti).toBe('jti-3');
    expect(clerk.calls).toBe(3);
  });

  test('T11 checks the subject claim of the policy, and ends with the first token of another user', async () => {
    const { clerk, subscribe } = startEngine({ templates: '*' });
    const template = 'integration_firebase';
    clerk.claims = { sub: 'firebase@project.example.com', uid: 'user_ada' };
    const stream = await subscribe(aCaller(), { template });
    expect(await word(stream)).toBe('jti-1');
    expect(await during(45, word(stream))).toBe('jti-2');
    clerk.claims = { sub: 'user_ada', uid: 'user_grace' };
    expect(await during(60, word(stream))).toBe('INTERNAL_SERVER_ERROR');
  });

  test('starts with the held token', async () => {
    const { clerk, subscribe, ask } = startEngine();
    await ask(aCaller());
    await pass(20);
    const stream = await subscribe(aCaller());
    expect(await word(stream)).toBe('jti-1');
    expect(await during(25, word(stream))).toBe('jti-2');
    expect(clerk.calls).toBe(2);
  });

  test('costs one mint per lifetime of the token, however many clients subscribe', async () => {
    const { clerk, subscribe } = startEngine({ subscriptions: { total: 4_000, perSession: 1_000 } });
    clerk.latency = 100;
    const opened = Promise.all(Array.from({ length: 1_000 }, () => subscribe(aCaller())));
    const streams = await during(0.1, opened);
    expect(new Set(await Promise.all(streams.map(word)))).toEqual(new Set(['jti-1']));
    for (const jti of ['jti-2', 'jti-3', 'jti-4']) {
      const words = await during(60, Promise.all(streams.map(word)));
      expect(new Set(words)).toEqual(new Set([jti]));
    }
    expect(clerk.calls).toBe(4);
  });

  test('delivers the latest token to a slow subscriber, and mints none that it does not read', async () => {
    const { clerk, subscribe } = startEngine();
    const stream = await subscribe(aCaller());
    await word(stream);
    await pass(400);
    expect(clerk.calls).toBe(1);
    expect(await during(1, word(stream))).toBe('jti-2');
    expect(clerk.calls).toBe(2);
  });

  test('mints for each subscriber when the template is not cached', async () => {
    const { clerk, subscribe } = startEngine({ templates: { hasura: { cache: false } } });
    const streams = [await subscribe(aCaller()), await subscribe(aCaller())];
    expect(await Promise.all(streams.map(word))).toEqual(['jti-1', 'jti-2']);
    expect(await during(45, Promise.all(streams.map(word)))).toEqual(['jti-3', 'jti-4']);
    expect(clerk.calls).toBe(4);
  });

  test('completes after 15 minutes, and leaves no timer', async () => {
    const { subscribe, streams, streamEnds } = startEngine();
    const stream = await subscribe(aCaller());
    const words: unknown[] = [];
    const reading = (async () => {
      for await (const event of stream) words.push(event.kind);
    })();
    await pass(899);
    expect(streams.size).toBe(1);
    await during(1, reading);
    expect(words).toEqual(Array.from({ length: 20 }, () => 'token'));
    expect(streamEnds).toEqual([{ tokens: 20 }]);
    expect(streams.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('ends with the session token of its request when the policy depends on claims', async () => {
    const { subscribe } = startEngine({
      templates: { hasura: { requires: { role: 'org:admin' }, organizationClaim: 'org' } },
    });
    await expect(subscribe(aCaller())).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } });
    const engine = startEngine({ templates: { hasura: { requires: { feature: 'user:export' } } } });
    const stream = await engine.subscribe(aCaller({ fea: 'u:export' }));
    expect(await word(stream)).toBe('jti-1');
    expect(await during(45, word(stream))).toBe('jti-2');
    expect(await during(15, word(stream))).toBe('end');
  });
});

test('a stored token in the shared cache does not count as its own successor', async () => {
  const kept = new Map<string, { jwt: string }>();
  const tokens: SharedCache = {
    read: async (key) => kept.get(key),
    write: async (key, token) => void kept.set(key, token),
    drop: async (key) => void kept.delete(key),
    lock: async () => async () => {},
  };
  const plenty = () => ({ take: async () => ({ kind: 'taken' }) as const });
  const { clerk, subscribe } = startEngine({
    shared: { tokens, rateLimit: plenty, publishThrottle: () => {} },
  });
  const stream = await subscribe(aCaller());
  await word(stream);
  expect(kept.size).toBe(1);
  expect(await during(45, word(stream))).toBe('jti-2');
  expect(clerk.calls).toBe(2);
});

describe('while Clerk fails', () => {
  test('a stream waits while its token is valid, and goes on when Clerk answers again', async () => {
    const { clerk, subscribe } = startEngine();
    const { answer } = clerk;
    const stream = await subscribe(aCaller());
    await word(stream);
    clerk.answer = throwing(() => new Error('away'));
    const second = word(stream);
    await pass(50);
    clerk.answer = answer;
    expect(await during(9, second)).toMatch(/^jti-/);
  });

  test('a stream waits although no held token can be served', async () => {
    const { clerk, subscribe } = startEngine({ templates: { hasura: { cache: false } } });
    const { answer } = clerk;
    const stream = await subscribe(aCaller());
    await word(stream);
    clerk.answer = throwing(clerkErrors.throttled);
    const second = word(stream);
    await pass(50);
    clerk.answer = answer;
    expect(await during(9, second)).toMatch(/^jti-/);
  });

  test('a stream ends with an error when its token has expired', async () => {
    const { clerk, subscribe, streams, streamEnds } = startEngine();
    const stream = await subscribe(aCaller());
    await word(stream);
    clerk.answer = throwing(() => new Error('away'));
    const second = word(stream);
    await pass(59);
    expect(streams.size).toBe(1);
    expect(await during(5, second)).toBe('UPSTREAM_UNAVAILABLE');
    expect(await word(stream)).toBe('end');
    expect(streamEnds).toMatchObject([
      { tokens: 1, error: { extensions: { code: 'UPSTREAM_UNAVAILABLE' } } },
    ]);
  });

  test('subscribers cause few calls to Clerk', async () => {
    const { clerk, subscribe, audited } = startEngine();
    const streams = await Promise.all(Array.from({ length: 20 }, () => subscribe(aCaller())));
    await Promise.all(streams.map(word));
    clerk.answer = throwing(() => new Error('away'));
    const before = clerk.calls;
    const words = Promise.all(streams.map(word));
    await pass(58);
    // A call and its retry at the soft point, and the same for each of a few more attempts.
    expect(clerk.calls - before).toBeLessThanOrEqual(10);
    // One event for each delivered token, and none for attempts.
    expect(audited).toHaveLength(20);
    expect(new Set(await during(5, words))).toEqual(new Set(['UPSTREAM_UNAVAILABLE']));
  });

  test('a stream ends when Clerk reports the end of its session', async () => {
    const { clerk, subscribe } = startEngine();
    const stream = await subscribe(aCaller());
    await word(stream);
    clerk.answer = throwing(clerkErrors.unknownSession);
    expect(await during(45, word(stream))).toBe('UNAUTHENTICATED');
    expect(await word(stream)).toBe('end');
  });

  test('a failure to mint the first token is an error at once, and releases the slot', async () => {
    const { clerk, subscribe, streams } = startEngine({ subscriptions: { total: 1, perSession: 1 } });
    const { answer } = clerk;
    clerk.answer = throwing(() => new Error('away'));
    const refusal = expect(subscribe(aCaller())).rejects.toMatchObject({
      extensions: { code: 'UPSTREAM_UNAVAILABLE' },
    });
    await during(5, refusal);
    expect(streams.size).toBe(0);
    clerk.answer = answer;
    await pass(10);
    expect(await word(await subscribe(aCaller()))).toMatch(/^jti-/);
  });
});

describe('revocations', () => {
  const claims = { v: 2, o: { id: 'org_acme' } };
  const everything: Revocation[] = (['refuse', 'drop'] as const).flatMap((effect) => [
    { effect, target: 'session', id: 'sess_ada', at: Date.now() / 1000 },
    { effect, target: 'user', id: 'user_ada', at: Date.now() / 1000 },
  ]);
  const all = [
    ...everything,
    { effect: 'drop', target: 'organization', id: 'org_acme', at: 0 } satisfies Revocation,
  ];

  test.each(all)('$effect of the $target ends its streams at once, with an error', async (revocation) => {
    const { subscribe, revoke, clerk } = startEngine();
    const [ada, grace] = [
      await subscribe(aCaller({ ...claims, sid: 'sess_ada', sub: 'user_ada' })),
      await subscribe(aCaller({ sid: 'sess_grace', sub: 'user_grace' })),
    ];
    await Promise.all([word(ada), word(grace)]);
    const next = word(ada);
    let graceHasEvent = false;
    void word(grace).then(() => {
      graceHasEvent = true;
    });
    revoke({ ...revocation, at: Date.now() / 1000 });
    expect(await next).toBe('UNAUTHENTICATED');
    expect(await word(ada)).toBe('end');
    await pass(1);
    expect(graceHasEvent).toBe(false);
    expect(clerk.calls).toBe(2);
  });

  test('a revocation from before a stream was opened does not end it', async () => {
    const { subscribe, revoke } = startEngine();
    revoke({ effect: 'drop', target: 'session', id: 'sess_ada', at: Date.now() / 1000 - 10 });
    const stream = await subscribe(aCaller({ sid: 'sess_ada', sub: 'user_ada' }));
    expect(await word(stream)).toBe('jti-1');
    revoke({ effect: 'drop', target: 'session', id: 'sess_other', at: Date.now() / 1000 });
    expect(await during(45, word(stream))).toBe('jti-2');
  });

  test('a revocation during the first mint rejects the subscription', async () => {
    const { subscribe, revoke, clerk, streams } = startEngine();
    clerk.latency = 200;
    const opening = subscribe(aCaller({ sid: 'sess_ada', sub: 'user_ada' }));
    const refusal = expect(opening).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
    await pass(0.1);
    revoke({ effect: 'refuse', target: 'session', id: 'sess_ada', at: Date.now() / 1000 });
    await during(1, refusal);
    expect(streams.size).toBe(0);
  });

  test('a change of the user during the first mint ends the stream with its first event', async () => {
    const { subscribe, revoke, clerk } = startEngine();
    clerk.latency = 200;
    const opening = subscribe(aCaller({ sid: 'sess_ada', sub: 'user_ada' }));
    await pass(0.1);
    revoke({ effect: 'drop', target: 'user', id: 'user_ada', at: Date.now() / 1000 });
    expect(await word(await during(1, opening))).toBe('UNAUTHENTICATED');
  });
});

describe('a subscriber that leaves', () => {
  test('ends the stream at once while it waits for its next token, and leaves no timer', async () => {
    const { ask, subscribe, streams, streamEnds } = startEngine();
    await ask(aCaller());
    // The timers of the limits.
    const timers = vi.getTimerCount();
    const stream = await subscribe(aCaller());
    await word(stream);
    const next = word(stream);
    await pass(1);
    expect(vi.getTimerCount()).toBeGreaterThan(timers);
    await stream.return?.();
    expect(await next).toBe('end');
    expect([streams.size, vi.getTimerCount()]).toEqual([0, timers]);
    expect(streamEnds).toEqual([{ tokens: 1 }]);
  });

  test('ends the stream by the signal of its request, before and after it is open', async () => {
    const { subscribe, streams } = startEngine();
    const leaving = new AbortController();
    const stream = await subscribe(aCaller(), { signal: leaving.signal });
    await word(stream);
    const next = word(stream);
    leaving.abort();
    expect(await next).toBe('end');
    expect(await word(await subscribe(aCaller(), { signal: leaving.signal }))).toBe('end');
    expect(streams.size).toBe(0);
  });

  test('without a read ends the stream after 10 s', async () => {
    const { subscribe, streams } = startEngine();
    await subscribe(aCaller());
    await pass(9.9);
    expect(streams.size).toBe(1);
    await pass(0.1);
    expect(streams.size).toBe(0);
  });
});

describe('the number of streams', () => {
  test('is limited for one session and in total, and falls when one ends', async () => {
    const engine = startEngine({ subscriptions: { total: 4, perSession: 2 } });
    const [ada, grace] = [
      aCaller({ sid: 'sess_ada', sub: 'user_ada' }),
      aCaller({ sid: 'sess_grace', sub: 'user_grace' }),
    ];
    const first = await engine.subscribe(ada);
    await engine.subscribe(ada);
    const full = { extensions: { code: 'RATE_LIMITED', retryAfter: 10 } };
    await expect(engine.subscribe(ada)).rejects.toMatchObject(full);
    const kim = aCaller({ sid: 'sess_kim', sub: 'user_kim' });
    await engine.subscribe(kim);
    await engine.subscribe(grace);
    await expect(engine.subscribe(grace)).rejects.toMatchObject(full);
    expect(engine.stats().refusals).toEqual({ 'subscription-limit': 2 });
    expect(engine.audited.filter(({ outcome }) => outcome === 'refused')).toMatchObject([
      { sessionId: 'sess_ada', code: 'RATE_LIMITED', reason: 'too many subscriptions' },
      { sessionId: 'sess_grace' },
    ]);
    await first.return?.();
    await first.return?.();
    await engine.subscribe(grace);
    await expect(engine.subscribe(ada)).rejects.toMatchObject(full);
  });
});

test('draining completes all streams, and those opened later', async () => {
  const { subscribe, streams } = startEngine();
  const stream = await subscribe(aCaller());
  await word(stream);
  const next = word(stream);
  streams.drain();
  expect(await next).toBe('end');
  expect(await word(await subscribe(aCaller()))).toBe('end');
  expect(streams.size).toBe(0);
});
