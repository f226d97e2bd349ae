import { describe, expect, expectTypeOf, test, vi } from 'vitest';
import { TokenError, type TokenSource } from '../../src/client/index.ts';
import { useFakeTime } from '../support/fake-time.ts';
import { sessionToken, useSources } from './fake-gateway.ts';

const { pass, during } = useFakeTime();
const start = useSources();

describe('dispose', () => {
  test('rejects calls that wait for a request, and aborts it', async () => {
    const { gateway, source } = start();
    const asking = source.getToken();
    const ended = expect(asking).rejects.toMatchObject({ name: 'TokenError', code: 'DISPOSED' });
    await pass(0.05);
    source.dispose();
    await ended;
    expect(gateway.requests[0]?.init.signal?.aborted).toBe(true);
  });

  test('rejects calls that wait for a retryAfter, and sends no further request', async () => {
    const { gateway, source } = start();
    gateway.answer = () => ({ code: 'RATE_LIMITED', retryAfter: 5 });
    const ended = expect(source.getToken()).rejects.toMatchObject({ code: 'DISPOSED' });
    await pass(1);
    source.dispose();
    await ended;
    expect(vi.getTimerCount()).toBe(0);
    await pass(60);
    expect(gateway.requests).toHaveLength(1);
  });

  test('rejects calls that wait for the session token, and sends no request when it comes', async () => {
    const late = Promise.withResolvers<string>();
    const { gateway, source } = start({ credentials: { getToken: () => late.promise } });
    const ended = expect(source.getToken()).rejects.toMatchObject({ code: 'DISPOSED' });
    source.dispose();
    await ended;
    late.resolve('opaque');
    await pass(1);
    expect(gateway.requests).toEqual([]);
  });

  test('ends renewals, calls no listener, and leaves no timer', async () => {
    const { gateway, source } = start();
    const listener = vi.fn();
    await during(1, source.getToken());
    source.subscribe(listener);
    source.dispose();
    source.dispose();
    expect(vi.getTimerCount()).toBe(0);
    await pass(3600);
    expect(listener).not.toHaveBeenCalled();
    expect(gateway.requests).toHaveLength(1);
  });

  test('is final for later calls and listeners', async () => {
    const { gateway, source } = start();
    await during(1, source.getToken());
    source.dispose();
    await expect(source.getToken()).rejects.toBeInstanceOf(TokenError);
    await expect(source.getToken({ forceRefresh: true })).rejects.toMatchObject({ code: 'DISPOSED' });
    source.subscribe(() => {})();
    expect(gateway.requests).toHaveLength(1);
  });

  test('by a listener ends the source as well', async () => {
    const { gateway, source } = start();
    source.subscribe(() => source.dispose());
    const other = vi.fn();
    source.subscribe(other);
    await expect(during(1, source.getToken())).rejects.toMatchObject({ code: 'DISPOSED' });
    await pass(3600);
    expect(other).not.toHaveBeenCalled();
    expect(gateway.requests).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('by a listener after a failure leaves no timer', async () => {
    const { gateway, source } = start();
    gateway.answer = () => new TypeError('down');
    source.subscribe(() => source.dispose());
    await expect(during(0.2, source.getToken())).rejects.toMatchObject({ code: 'DISPOSED' });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('an abort signal', () => {
  test('rejects its call with its reason, and the request continues for other calls', async () => {
    const { gateway, source } = start();
    const controller = new AbortController();
    const reason = new Error('the page has changed');
    const aborted = expect(source.getToken({ signal: controller.signal })).rejects.toBe(reason);
    const other = source.getToken();
    await pass(0.05);
    controller.abort(reason);
    await aborted;
    expect(await during(1, other)).toBe('token-1');
    expect(gateway.requests).toHaveLength(1);
  });

  test('that is already aborted sends no request', async () => {
    const { gateway, clerk, source } = start();
    await expect(source.getToken({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect([gateway.requests, clerk.reads]).toEqual([[], []]);
  });

  test('ends the wait for a retryAfter, and no request follows', async () => {
    const { gateway, source } = start();
    gateway.answer = () => ({ code: 'RATE_LIMITED', retryAfter: 5 });
    const controller = new AbortController();
    const aborted = expect(source.getToken({ signal: controller.signal })).rejects.toThrow();
    await pass(1);
    // The timer of the wait, and that of the renewal.
    expect(vi.getTimerCount()).toBe(2);
    controller.abort();
    await aborted;
    expect(vi.getTimerCount()).toBe(1);
    await pass(60);
    expect(gateway.requests).toHaveLength(1);
  });

  test('without a reason, as in React Native, rejects with ABORTED', async () => {
    const { source } = start();
    const signal = Object.assign(new EventTarget(), { aborted: false }) as AbortSignal;
    const aborted = expect(source.getToken({ signal })).rejects.toMatchObject({ code: 'ABORTED' });
    signal.dispatchEvent(new Event('abort'));
    await aborted;
  });

  test('has no handler left after the call', async () => {
    const { source } = start();
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    await during(1, source.getToken({ signal }));
    expect(removed.mock.calls).toEqual(added.mock.calls);
    expect(added).toHaveBeenCalledOnce();
  });
});

describe('a request', () => {
  test('that takes too long is aborted', async () => {
    const { gateway, source } = start({ requestTimeout: 2000 });
    gateway.latency = 60_000;
    await expect(during(2, source.getToken())).rejects.toMatchObject({
      code: 'NETWORK_ERROR',
      message: 'No answer within 2000 ms.',
    });
    expect(gateway.requests[0]?.init.signal?.aborted).toBe(true);
    gateway.latency = 100;
    expect(await during(1, source.getToken())).toBe('token-2');
  });

  test('whose body never ends is aborted', async () => {
    const { gateway, source } = start({ requestTimeout: 2000 });
    gateway.answer = () => new Response(new ReadableStream());
    await expect(during(3, source.getToken())).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
  });

  test('leaves no timer after a success, when the token is not used', async () => {
    const { source } = start();
    await during(1, source.getToken());
    await pass(60);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('getClaims', () => {
  const name = 'Zoë 🙂';

  test('returns the claims of the held token, without another request', async () => {
    const { gateway, source } = start();
    const jwt = sessionToken({ name });
    gateway.answer = () => ({ jwt, expiresIn: 60 });
    const [token, claims] = await during(1, Promise.all([source.getToken(), source.getClaims()]));
    expect(token).toBe(jwt);
    expect(claims).toMatchObject({ sub: 'user_ada', name });
    // A caller that changes its copy changes no other.
    Object.assign(claims ?? {}, { name: 'changed' });
    expect(await source.getClaims()).toMatchObject({ name });
    expect(gateway.requests).toHaveLength(1);
  });

  test('passes its options on, and returns the claims of the new token', async () => {
    const { gateway, source } = start();
    gateway.answer = ({ fresh }) => ({ jwt: sessionToken({ fresh }), expiresIn: 60 });
    expect(await during(1, source.getClaims())).toMatchObject({ fresh: false });
    expect(await during(1, source.getClaims({ forceRefresh: true }))).toMatchObject({ fresh: true });
    await expect(source.getClaims({ signal: AbortSignal.abort() })).rejects.toThrow();
  });

  test('returns null when no session is signed in', async () => {
    const { gateway, clerk, source } = start();
    clerk.token = null;
    expect(await source.getClaims()).toBeNull();
    expect(gateway.requests).toEqual([]);
  });

  test('rejects as getToken does, and for a token without claims, which stays held', async () => {
    const { gateway, source } = start();
    gateway.answer = () => ({ code: 'FORBIDDEN' });
    await expect(during(1, source.getClaims())).rejects.toMatchObject({ code: 'FORBIDDEN' });
    gateway.answer = () => ({ jwt: 'opaque', expiresIn: 60 });
    await expect(during(1, source.getClaims())).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
    expect(await source.getToken()).toBe('opaque');
    expect(gateway.requests).toHaveLength(2);
  });
});

test('a source takes any template, with any claims, while no template is registered', () => {
  const { source } = start({ template: 'anything' as string });
  expectTypeOf(source).toEqualTypeOf<TokenSource>();
  expectTypeOf(source.getClaims).returns.resolves.toEqualTypeOf<Record<string, unknown> | null>();
  expectTypeOf<TokenSource<'hasura'>>().toExtend<TokenSource>();
  expectTypeOf<TokenSource>().toExtend<TokenSource<'hasura'>>();
});
