import { describe, expect, test, vi } from 'vitest';
import { errorCode } from '../../src/errors.ts';
import type { SharedCache } from '../../src/mint/cache/shared-cache.ts';
import type { Revocation } from '../../src/revocation/revocations.ts';
import type { TokenStream } from '../../src/subscription/token-stream.ts';
import { clerkErrors, throwing } from '../support/clerk-errors.ts';
import { aCaller, startEngine } from '../support/engine.ts';
import { useFakeTime } from '../support/fake-time.ts';

const { pass, during } = useFakeTime();

/** The next event, in few words: the `jti` of a token, the code of an error, or the end. */
async function word(stream: TokenStream): Promise<unknown> {
  const { done, value } = await stream.next();
  if (done) return 'end';
  return value.kind === 'token' ? value.token.claims.jti : errorCode(value.error);
}

describe('a stream of tokens', () => {
  test('gives the current token at once and its successor at the soft point, by one mint each', async () => {
    const { clerk, subscribe, ask } = startEngine();
    const stream = await subscribe(aCaller());
    expect(await word(stream)).toBe('jti-1');
    const second = word(stream);
    await pass(44.9);
    expect(clerk.calls).toBe(1);
    expect(await during(0.1, second)).toBe('jti-2');
    expect(await during(45, word(stream))).toBe('jti-3');
    // What it had minted is what everybody gets.
    expect((await ask(aCaller())).claims.jti).toBe('jti-3');
    expect(clerk.calls).toBe(3);
  });

  test('T11 gives tokens whose uid is the user where the policy says so, and ends with the first of another', async () => {
    const { clerk, subscribe } = startEngine({ templates: '*' });
    const template = 'integration_firebase';
    clerk.claims = { sub: 'firebase@project.example.com', uid: 'user_ada' };
    const stream = await subscribe(aCaller(), { template });
    expect(await word(stream)).toBe('jti-1');
    expect(await during(45, word(stream))).toBe('jti-2');
    clerk.claims = { sub: 'user_ada', uid: 'user_grace' };
    expect(await during(60, word(stream))).toBe('INTERNAL_SERVER_ERROR');
  });

  test('starts with the token that is held', async () => {
    const { clerk, subscribe, ask } = startEngine();
    await ask(aCaller());
    await pass(20);
    const stream = await subscribe(aCaller());
    expect(await word(stream)).toBe('jti-1');
    expect(await during(25, word(stream))).toBe('jti-2');
    expect(clerk.calls).toBe(2);
  });

  test('costs one mint per life of the token, however many subscribe to it', async () => {
    const { clerk, subscribe } = startEngine({ subscriptions: { limit: 4_000, sessionLimit: 1_000 } });
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

  test('gives a subscriber that reads slowly the latest token, and mints none that nobody reads', async () => {
    const { clerk, subscribe } = startEngine();
    const stream = await subscribe(aCaller());
    await word(stream);
    await pass(400);
    expect(clerk.calls).toBe(1);
    expect(await during(1, word(stream))).toBe('jti-2');
    expect(clerk.calls).toBe(2);
  });

  test('mints for each subscriber where the policy holds no tokens', async () => {
    const { clerk, subscribe } = startEngine({ templates: { hasura: { cache: false } } });
    const streams = [await subscribe(aCaller()), await subscribe(aCaller())];
    expect(await Promise.all(streams.map(word))).toEqual(['jti-1', 'jti-2']);
    expect(await during(45, Promise.all(streams.map(word)))).toEqual(['jti-3', 'jti-4']);
    expect(clerk.calls).toBe(4);
  });

  test('lasts 15 minutes, then ends plainly, and leaves no timer', async () => {
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

  test('ends with the session token that opened it where the policy asks for something of its claims', async () => {
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

test('a token of the shared store is no successor of itself', async () => {
  const kept = new Map<string, { jwt: string }>();
  const tokens: SharedCache = {
    read: async (key) => kept.get(key),
    write: async (key, token) => void kept.set(key, token),
    drop: async (key) => void kept.delete(key),
    lock: async () => async () => {},
  };
  const plenty = () => ({ take: async () => ({ kind: 'taken' }) as const });
  const { clerk, subscribe } = startEngine({ shared: { tokens, rateLimit: plenty, throttled: () => {} } });
  const stream = await subscribe(aCaller());
  await word(stream);
  expect(kept.size).toBe(1);
  expect(await during(45, word(stream))).toBe('jti-2');
  expect(clerk.calls).toBe(2);
});

describe('while Clerk fails', () => {
  test('a stream waits for as long as its token lives, and goes on when Clerk is back', async () => {
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

  test('it waits also where nothing is held that could be served on', async () => {
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

  test('it ends with an error when its token is over', async () => {
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

  test('subscribers do not ask Clerk again and again', async () => {
    const { clerk, subscribe, audited } = startEngine();
    const streams = await Promise.all(Array.from({ length: 20 }, () => subscribe(aCaller())));
    await Promise.all(streams.map(word));
    clerk.answer = throwing(() => new Error('away'));
    const before = clerk.calls;
    const words = Promise.all(streams.map(word));
    await pass(58);
    // An attempt and its retry at the soft point, and at each further try, of which there are few.
    expect(clerk.calls - before).toBeLessThanOrEqual(10);
    // One event for each token that was given, and none for tries.
    expect(audited).toHaveLength(20);
    expect(new Set(await during(5, words))).toEqual(new Set(['UPSTREAM_UNAVAILABLE']));
  });

  test('the end of the session at Clerk ends it', async () => {
    const { clerk, subscribe } = startEngine();
    const stream = await subscribe(aCaller());
    await word(stream);
    clerk.answer = throwing(clerkErrors.unknownSession);
    expect(await during(45, word(stream))).toBe('UNAUTHENTICATED');
    expect(await word(stream)).toBe('end');
  });

  test('a first token that cannot be had is an error at once, and takes no place', async () => {
    const { clerk, subscribe, streams } = startEngine({ subscriptions: { limit: 1, sessionLimit: 1 } });
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

describe('what is taken back', () => {
  const claims = { v: 2, o: { id: 'org_acme' } };
  const everything: Revocation[] = (['refuse', 'drop'] as const).flatMap((effect) => [
    { effect, target: 'session', id: 'sess_ada', at: Date.now() / 1000 },
    { effect, target: 'user', id: 'user_ada', at: Date.now() / 1000 },
  ]);
  const all = [
    ...everything,
    { effect: 'drop', target: 'organization', id: 'org_acme', at: 0 } satisfies Revocation,
  ];

  test.each(all)('$effect of the $subject ends its streams at once, with an error', async (revocation) => {
    const { subscribe, revoke, clerk } = startEngine();
    const [ada, grace] = [
      await subscribe(aCaller({ ...claims, sid: 'sess_ada', sub: 'user_ada' })),
      await subscribe(aCaller({ sid: 'sess_grace', sub: 'user_grace' })),
    ];
    await Promise.all([word(ada), word(grace)]);
    const next = word(ada);
    let graceIsTold = false;
    void word(grace).then(() => {
      graceIsTold = true;
    });
    revoke({ ...revocation, at: Date.now() / 1000 });
    expect(await next).toBe('UNAUTHENTICATED');
    expect(await word(ada)).toBe('end');
    await pass(1);
    expect(graceIsTold).toBe(false);
    expect(clerk.calls).toBe(2);
  });

  test('what happened before a stream was opened does not end it', async () => {
    const { subscribe, revoke } = startEngine();
    revoke({ effect: 'drop', target: 'session', id: 'sess_ada', at: Date.now() / 1000 - 10 });
    const stream = await subscribe(aCaller({ sid: 'sess_ada', sub: 'user_ada' }));
    expect(await word(stream)).toBe('jti-1');
    revoke({ effect: 'drop', target: 'session', id: 'sess_other', at: Date.now() / 1000 });
    expect(await during(45, word(stream))).toBe('jti-2');
  });

  test('a revocation that comes while the first token is minted lets no stream begin', async () => {
    const { subscribe, revoke, clerk, streams } = startEngine();
    clerk.latency = 200;
    const opening = subscribe(aCaller({ sid: 'sess_ada', sub: 'user_ada' }));
    const refusal = expect(opening).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
    await pass(0.1);
    revoke({ effect: 'refuse', target: 'session', id: 'sess_ada', at: Date.now() / 1000 });
    await during(1, refusal);
    expect(streams.size).toBe(0);
  });

  test('a change of the user that comes while the first token is minted ends the stream before its first event', async () => {
    const { subscribe, revoke, clerk } = startEngine();
    clerk.latency = 200;
    const opening = subscribe(aCaller({ sid: 'sess_ada', sub: 'user_ada' }));
    await pass(0.1);
    revoke({ effect: 'drop', target: 'user', id: 'user_ada', at: Date.now() / 1000 });
    expect(await word(await during(1, opening))).toBe('UNAUTHENTICATED');
  });
});

describe('who leaves', () => {
  test('ends the stream at once, although it waits for its next token, and leaves no timer', async () => {
    const { ask, subscribe, streams, streamEnds } = startEngine();
    await ask(aCaller());
    // Those of the limits, which count what was minted.
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

  test('is noticed by the signal of the request, before and after the stream is open', async () => {
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

  test('without having read anything is given up after 10 s', async () => {
    const { subscribe, streams } = startEngine();
    await subscribe(aCaller());
    await pass(9.9);
    expect(streams.size).toBe(1);
    await pass(0.1);
    expect(streams.size).toBe(0);
  });
});

describe('the room for streams', () => {
  test('is bounded for one session and in total, and is free again when one ends', async () => {
    const engine = startEngine({ subscriptions: { limit: 4, sessionLimit: 2 } });
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

test('a gateway that drains ends its streams plainly, and begins none', async () => {
  const { subscribe, streams } = startEngine();
  const stream = await subscribe(aCaller());
  await word(stream);
  const next = word(stream);
  streams.drain();
  expect(await next).toBe('end');
  expect(await word(await subscribe(aCaller()))).toBe('end');
  expect(streams.size).toBe(0);
});
