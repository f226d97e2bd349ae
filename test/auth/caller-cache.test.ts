import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Authenticate } from '../../src/auth/authenticate.ts';
import { type Authentication, anonymous, refused } from '../../src/auth/authentication.ts';
import { cacheCallers, createCallerCache, createFindCaller } from '../../src/auth/caller-cache.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { aCaller } from '../support/engine.ts';
import { useGateways } from '../support/gateway.ts';

const world = useGateways({ bothWays: true });
const { digest } = nodeRuntime;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});
const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1_000);

describe('a session token that was accepted', () => {
  test('A16 is refused 6 s after its exp, and not before 4 s after it', async () => {
    const gateway = world.start();
    const bearer = await world.clerk.mintSessionToken('sess_ada');
    const codes = async () =>
      (await gateway.ask('{ sessionToken(template: "minimal") { jwt } }', { bearer })).codes;
    expect(await codes()).toEqual([]);
    pass(64);
    expect(await codes()).toEqual([]);
    pass(2);
    expect(await codes()).toEqual(['UNAUTHENTICATED']);
  });

  test('C11 is refused when the clock has jumped two hours back, or forward', async () => {
    const gateway = world.start();
    const bearer = await world.clerk.mintSessionToken('sess_ada');
    const codes = async () =>
      (await gateway.ask('{ sessionToken(template: "minimal") { jwt } }', { bearer })).codes;
    expect(await codes()).toEqual([]);
    pass(-7_200);
    expect(await codes()).toEqual(['UNAUTHENTICATED']);
    pass(14_400);
    expect(await codes()).toEqual(['UNAUTHENTICATED']);
  });
});

describe('the cache of callers', () => {
  const request = (headers: Record<string, string>, url = 'https://a.example/graphql') =>
    new Request(url, { headers });
  function cacheOf(authenticate: () => Authentication) {
    const inner = vi.fn<Authenticate>(async () => authenticate());
    const cache = createCallerCache({ max: 2, digest, now: () => Date.now() });
    return { inner, cache, cached: cacheCallers(inner, cache) };
  }
  const authenticated = () => ({ kind: 'authenticated', caller: aCaller() }) as const;

  test('has one entry for each Bearer token, and one for each cookie and origin', async () => {
    const { inner, cached } = cacheOf(authenticated);
    const shown = [
      request({ authorization: 'Bearer a' }),
      request({ authorization: 'bearer  a', cookie: '__session=b' }),
      request({ cookie: '__session=a' }),
      request({ cookie: '__session=a' }, 'https://b.example/graphql'),
    ];
    for (const one of shown) await cached(one, {});
    expect(inner).toHaveBeenCalledTimes(3);
    for (const one of shown.slice(2)) await cached(one, {});
    expect(inner).toHaveBeenCalledTimes(3);
  });

  test('is bounded', async () => {
    const { inner, cached } = cacheOf(authenticated);
    for (const token of ['a', 'b', 'c', 'a']) await cached(request({ authorization: `Bearer ${token}` }), {});
    expect(inner).toHaveBeenCalledTimes(4);
  });

  test('has no entry for a refusal, nor for an anonymous request', async () => {
    for (const outcome of [refused('expired'), anonymous]) {
      const { inner, cached } = cacheOf(() => outcome);
      await cached(request({ authorization: 'Bearer a' }), {});
      await cached(request({ authorization: 'Bearer a' }), {});
      expect(inner).toHaveBeenCalledTimes(2);
    }
  });

  test('is shared with the synchronous look-up of a Bearer token', async () => {
    const { inner, cache, cached } = cacheOf(authenticated);
    const verifyNow = vi.fn<(token: string) => Authentication | undefined>(() => undefined);
    const findCaller = createFindCaller(verifyNow, cache);
    expect(findCaller('Bearer a')).toBeUndefined();
    const outcome = await cached(request({ authorization: 'Bearer a' }), {});
    expect(outcome).toMatchObject({ caller: findCaller('bearer  a') });
    verifyNow.mockReturnValue(authenticated());
    const caller = findCaller('Bearer b');
    expect(caller).toBeDefined();
    expect(await cached(request({ authorization: 'Bearer b' }), {})).toMatchObject({ caller });
    expect([inner.mock.calls.length, verifyNow.mock.calls]).toEqual([1, [['a'], ['b']]]);
  });

  test('the synchronous look-up finds nobody for a refusal, an expired token, and a header without one Bearer token', () => {
    const { cache } = cacheOf(authenticated);
    expect(createFindCaller(() => refused('expired'), cache)('Bearer a')).toBeUndefined();
    const claims = { ...aCaller().claims, exp: Date.now() / 1000 + 10 };
    const findCaller = createFindCaller(
      vi
        .fn(() => refused('expired'))
        .mockReturnValueOnce({ kind: 'authenticated', caller: { ...aCaller(), claims } } as never),
      cache,
    );
    expect(findCaller('Bearer b')).toBeDefined();
    pass(20);
    for (const header of ['Bearer b', '', 'Basic b', 'Bearer b c', `Bearer ${'a'.repeat(20_000)}`])
      expect(findCaller(header)).toBeUndefined();
  });
});
