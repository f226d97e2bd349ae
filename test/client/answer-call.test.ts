import { describe, expect, test } from 'vitest';
import { useFakeTime } from '../support/fake-time.ts';
import { useSources } from './fake-gateway.ts';

const { pass, during } = useFakeTime();
const start = useSources();

const forced = { forceRefresh: true };

describe('forceRefresh', () => {
  test('asks for a fresh token though one is held, and that becomes the held one', async () => {
    const { gateway, source } = start();
    await during(1, source.getToken());
    expect(await during(1, source.getToken(forced))).toBe('token-2');
    expect(await source.getToken()).toBe('token-2');
    expect(gateway.asked.map(({ fresh }) => fresh)).toEqual([false, true]);
  });

  test('of many at once is one request', async () => {
    const { gateway, source } = start();
    const together = Promise.all(Array.from({ length: 10 }, () => source.getToken(forced)));
    expect(new Set(await during(1, together))).toEqual(new Set(['token-1']));
    expect(gateway.asked).toHaveLength(1);
  });

  test('takes the place of an ordinary request that is under way, for those too who wait for that', async () => {
    const { gateway, source } = start();
    gateway.latency = 1000;
    const ordinary = source.getToken();
    await pass(0.5);
    const fresh = source.getToken(forced);
    expect(await during(2, Promise.all([ordinary, fresh]))).toEqual(['token-2', 'token-2']);
    expect(gateway.asked[0]?.init.signal?.aborted).toBe(true);
  });

  test('does not take the token of a fresh request that began before', async () => {
    const { gateway, source } = start();
    gateway.latency = 1000;
    const first = source.getToken(forced);
    await pass(0.5);
    const later = [source.getToken(forced), source.getToken(forced)];
    expect(await during(3, Promise.all([first, ...later]))).toEqual(['token-1', 'token-2', 'token-2']);
    expect(gateway.asked).toHaveLength(2);
  });

  test('does not fail of a fresh request that began before', async () => {
    const { gateway, source } = start();
    gateway.answer = () =>
      gateway.asked.length > 1 ? { jwt: 'token', expiresIn: 60 } : new TypeError('down');
    const first = expect(source.getToken(forced)).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
    await pass(0.05);
    expect(await during(1, source.getToken(forced))).toBe('token');
    await first;
  });

  test('never has two requests under way', async () => {
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

  test('is joined by an ordinary call, which asks again when that fails', async () => {
    const { gateway, source } = start();
    gateway.answer = ({ fresh }) =>
      fresh ? { code: 'RATE_LIMITED', retryAfter: 40 } : { jwt: 'token', expiresIn: 60 };
    const fresh = source.getToken(forced).catch(({ code }) => code);
    const ordinary = source.getToken();
    expect(await during(1, Promise.all([fresh, ordinary]))).toEqual(['RATE_LIMITED', 'token']);
  });

  test('that is limited is waited out by itself: ordinary calls are not held up', async () => {
    const { gateway, source } = start();
    gateway.answer = ({ fresh }) =>
      fresh ? { code: 'RATE_LIMITED', retryAfter: 40 } : { jwt: 'token', expiresIn: 60 };
    await expect(during(2, source.getToken(forced))).rejects.toMatchObject({ retryAfter: 40 });
    await expect(source.getToken(forced)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 39 });
    expect(await during(1, source.getToken())).toBe('token');
    expect(gateway.asked.map(({ fresh }) => fresh)).toEqual([true, false]);
  });

  test('never answers with a held token, whatever fails', async () => {
    const { gateway, source } = start();
    await during(1, source.getToken());
    gateway.answer = () => new TypeError('down');
    await expect(during(1, source.getToken(forced))).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
    expect(await source.getToken()).toBe('token-1');
  });

  test('takes a token that is the same text, and one that lives shorter', async () => {
    const { gateway, source } = start();
    gateway.answer = () => ({ jwt: 'token', expiresIn: 60 });
    await during(1, source.getToken());
    gateway.answer = () => ({ jwt: 'token', expiresIn: 20 });
    expect(await during(1, source.getToken(forced))).toBe('token');
    await pass(17);
    gateway.answer = () => ({ jwt: 'next', expiresIn: 20 });
    expect(await during(1, source.getToken())).toBe('next');
  });

  test('held up by what the gateway said to all is waited out', async () => {
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
    expect(gateway.asked).toHaveLength(2);
  });
});
