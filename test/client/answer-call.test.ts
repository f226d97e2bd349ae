import { describe, expect, test } from 'vitest';
import { useFakeTime } from '../support/fake-time.ts';
import { useSources } from './fake-gateway.ts';

const { pass, during } = useFakeTime();
const start = useSources();

const forced = { forceRefresh: true };

describe('forceRefresh', () => {
  test('requests a new token even if one is held, and replaces it', async () => {
    const { gateway, source } = start();
    await during(1, source.getToken());
    expect(await during(1, source.getToken(forced))).toBe('token-2');
    expect(await source.getToken()).toBe('token-2');
    expect(gateway.requests.map(({ fresh }) => fresh)).toEqual([false, true]);
  });

  test('shares one request among concurrent calls', async () => {
    const { gateway, source } = start();
    const together = Promise.all(Array.from({ length: 10 }, () => source.getToken(forced)));
    expect(new Set(await during(1, together))).toEqual(new Set(['token-1']));
    expect(gateway.requests).toHaveLength(1);
  });

  test('replaces an ordinary request in flight, also for the calls that wait for it', async () => {
    const { gateway, source } = start();
    gateway.latency = 1000;
    const ordinary = source.getToken();
    await pass(0.5);
    const fresh = source.getToken(forced);
    expect(await during(2, Promise.all([ordinary, fresh]))).toEqual(['token-2', 'token-2']);
    expect(gateway.requests[0]?.init.signal?.aborted).toBe(true);
  });

  test('does not accept the token of a forced request that began before the call', async () => {
    const { gateway, source } = start();
    gateway.latency = 1000;
    const first = source.getToken(forced);
    await pass(0.5);
    const later = [source.getToken(forced), source.getToken(forced)];
    expect(await during(3, Promise.all([first, ...later]))).toEqual(['token-1', 'token-2', 'token-2']);
    expect(gateway.requests).toHaveLength(2);
  });

  test('does not fail with a forced request that began before the call', async () => {
    const { gateway, source } = start();
    gateway.answer = () =>
      gateway.requests.length > 1 ? { jwt: 'token', expiresIn: 60 } : new TypeError('down');
    const first = expect(source.getToken(forced)).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
    await pass(0.05);
    expect(await during(1, source.getToken(forced))).toBe('token');
    await first;
  });

  test('never has two requests in flight', async () => {
    const { gateway } = start();
    const open = new Set<AbortSignal | null | undefined>();
    let most = 0;
    const counting: typeof fetch = (url, init) => {
      open.add(init?.signal);
      most = Math.max(most, [...open].filter((signal) => !signal?.aborted).length);
      return gateway.fetch(url, init).finally(() => open.delete(init?.signal));
    };
    const { source } = start({ fetch: counting });
    const asking = [];
    for (let at = 0; at < 20; at += 1) {
      asking.push(source.getToken(at % 3 ? forced : {}));
      await pass(0.03);
    }
    expect(await during(5, Promise.all(asking))).not.toContain(null);
    expect([most, open.size]).toEqual([1, 0]);
  });

  test('is joined by an ordinary call, which sends its own request when the forced one fails', async () => {
    const { gateway, source } = start();
    gateway.answer = ({ fresh }) =>
      fresh ? { code: 'RATE_LIMITED', retryAfter: 40 } : { jwt: 'token', expiresIn: 60 };
    const fresh = source.getToken(forced).catch(({ code }) => code);
    const ordinary = source.getToken();
    expect(await during(1, Promise.all([fresh, ordinary]))).toEqual(['RATE_LIMITED', 'token']);
  });

  test('is throttled separately: ordinary calls are not delayed', async () => {
    const { gateway, source } = start();
    gateway.answer = ({ fresh }) =>
      fresh ? { code: 'RATE_LIMITED', retryAfter: 40 } : { jwt: 'token', expiresIn: 60 };
    await expect(during(2, source.getToken(forced))).rejects.toMatchObject({ retryAfter: 40 });
    await expect(source.getToken(forced)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 39 });
    expect(await during(1, source.getToken())).toBe('token');
    expect(gateway.requests.map(({ fresh }) => fresh)).toEqual([true, false]);
  });

  test('never returns a held token, even when the request fails', async () => {
    const { gateway, source } = start();
    await during(1, source.getToken());
    gateway.answer = () => new TypeError('down');
    await expect(during(1, source.getToken(forced))).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
    expect(await source.getToken()).toBe('token-1');
  });

  test('accepts the same token a second time, and one with a shorter life', async () => {
    const { gateway, source } = start();
    gateway.answer = () => ({ jwt: 'token', expiresIn: 60 });
    await during(1, source.getToken());
    gateway.answer = () => ({ jwt: 'token', expiresIn: 20 });
    expect(await during(1, source.getToken(forced))).toBe('token');
    await pass(17);
    gateway.answer = () => ({ jwt: 'next', expiresIn: 20 });
    expect(await during(1, source.getToken())).toBe('next');
  });

  test('waits for a throttle that concerns all requests', async () => {
    const { gateway, source } = start();
    gateway.answer = () => ({ code: 'UPSTREAM_UNAVAILABLE', retryAfter: 20 });
    await during(
      1,
      source.getToken().catch(() => {}),
    );
    await expect(source.getToken(forced)).rejects.toMatchObject({ retryAfter: 20 });
    await pass(15);
    gateway.answer = () => ({ jwt: 'token', expiresIn: 60 });
    expect(await during(6, source.getToken(forced))).toBe('token');
    expect(gateway.requests).toHaveLength(2);
  });
});
