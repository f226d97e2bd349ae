import { describe, expect, test, vi } from 'vitest';
import { useFakeTime } from '../support/fake-time.ts';
import { useSources } from './fake-gateway.ts';

const { pass, during } = useFakeTime();
const start = useSources();

/** Sets the wall clock. Timers and the monotonic clock are not affected. */
const setWallClock = (text: string) => vi.setSystemTime(new Date(text));

describe('a change of the wall clock', () => {
  test.each(['1970-01-01', '2099-12-31'])('to %s has no effect', async (date) => {
    setWallClock(date);
    const { gateway, source } = start();
    await during(1, source.getToken());
    await pass(44);
    expect(await source.getToken()).toBe('token-1');
    await pass(1);
    expect(await source.getToken()).toBe('token-2');
    expect(gateway.requests).toHaveLength(2);
  });

  test('backward does not extend the life of a token', async () => {
    const { source } = start();
    await during(1, source.getToken());
    setWallClock('2020-01-01');
    await pass(53);
    expect(await during(1, source.getToken())).toBe('token-2');
  });

  test('forward costs one request', async () => {
    const { gateway, source } = start();
    await during(1, source.getToken());
    setWallClock('2099-12-31');
    expect(await during(1, source.getToken())).toBe('token-2');
    expect(await source.getToken()).toBe('token-2');
    expect(gateway.requests).toHaveLength(2);
  });

  test('forward does not shorten a retryAfter', async () => {
    const { gateway, source } = start();
    gateway.answer = () => ({ code: 'RATE_LIMITED', retryAfter: 30 });
    await during(
      1,
      source.getToken().catch(() => {}),
    );
    setWallClock('2099-12-31');
    await expect(source.getToken()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(gateway.requests).toHaveLength(1);
  });
});

describe('a sleeping device, whose monotonic clock and timers stand still', () => {
  test('does not return a token that expired during the sleep', async () => {
    const { gateway, source } = start();
    await during(1, source.getToken());
    // After a sleep, only the wall clock has moved.
    setWallClock('2026-03-01T20:00:00Z');
    gateway.answer = () => ({ code: 'RATE_LIMITED', retryAfter: 60 });
    await expect(during(1, source.getToken())).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('renews the token as soon as its timers continue, while there is a listener', async () => {
    const { gateway, source } = start();
    const changes: (string | null)[] = [];
    source.subscribe(({ token }) => changes.push(token));
    await during(1, source.getToken());
    setWallClock('2026-03-01T20:00:00Z');
    await pass(45);
    expect(gateway.requests).toHaveLength(2);
    expect(changes).toEqual(['token-1', 'token-2']);
  });
});

test('a token with a longer life than the longest timer is not renewed at once', async () => {
  const { gateway, source } = start();
  gateway.answer = () => ({ jwt: 'token', expiresIn: 10_000_000 });
  source.subscribe(() => {});
  await during(1, source.getToken());
  await pass(60);
  expect(gateway.requests).toHaveLength(1);
  await pass(7_500_000);
  expect(gateway.requests.length).toBeGreaterThan(1);
});
