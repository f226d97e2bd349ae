import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Authenticate } from '../../src/auth/authenticate.ts';
import { nobody, refused } from '../../src/auth/caller.ts';
import { cacheCallers } from '../../src/auth/caller-cache.ts';
import { nodeRuntime } from '../../src/runtime/node.ts';
import { aCaller } from '../support/engine.ts';
import { useGateways } from '../support/gateway.ts';

const world = useGateways();
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

describe('what is remembered', () => {
  const request = (headers: Record<string, string>, url = 'https://a.example/graphql') =>
    new Request(url, { headers });
  function counted(outcome: Awaited<ReturnType<Authenticate>> | (() => Awaited<ReturnType<Authenticate>>)) {
    const inner = vi.fn<Authenticate>(async () => (typeof outcome === 'function' ? outcome() : outcome));
    return { inner, remembered: cacheCallers(inner, { max: 2, digest, now: () => Date.now() }) };
  }
  const caller = () => ({ kind: 'caller', caller: aCaller() }) as const;

  test('are callers, by their credentials: header and cookie apart, cookies by the host where they count', async () => {
    const { inner, remembered } = counted(caller);
    const shown = [
      request({ authorization: 'Bearer a' }),
      request({ authorization: 'bearer  a' }),
      request({ cookie: '__session=a' }),
      request({ cookie: '__session=a' }, 'https://b.example/graphql'),
    ];
    for (const one of shown) await remembered(one, {});
    expect(inner).toHaveBeenCalledTimes(3);
    for (const one of shown.slice(2)) await remembered(one, {});
    expect(inner).toHaveBeenCalledTimes(3);
  });

  test('is bounded', async () => {
    const { inner, remembered } = counted(caller);
    for (const token of ['a', 'b', 'c', 'a'])
      await remembered(request({ authorization: `Bearer ${token}` }), {});
    expect(inner).toHaveBeenCalledTimes(4);
  });

  test('is neither a refusal nor nobody', async () => {
    for (const outcome of [refused('expired'), nobody]) {
      const { inner, remembered } = counted(outcome);
      await remembered(request({ authorization: 'Bearer a' }), {});
      await remembered(request({ authorization: 'Bearer a' }), {});
      expect(inner).toHaveBeenCalledTimes(2);
    }
  });
});
