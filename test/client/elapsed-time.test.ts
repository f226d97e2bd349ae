import { describe, expect, test, vi } from 'vitest';
import { useFakeTime } from '../support/fake-time.ts';
import { useSources } from './fake-gateway.ts';

const { pass, during } = useFakeTime();
const start = useSources();

/** Sets the wall clock; timers and the monotonic clock go on as before. */
const setWallClock = (text: string) => vi.setSystemTime(new Date(text));

describe('a wall clock', () => {
  test.each(['1970-01-01', '2099-12-31'])('that is wrong (%s) does no harm', async (date) => {
    setWallClock(date);
    const { gateway, source } = start();
    await during(1, source.getToken());
    await pass(44);
    expect(await source.getToken()).toBe('token-1');
    await pass(1);
    expect(await source.getToken()).toBe('token-2');
    expect(gateway.asked).toHaveLength(2);
  });

  test('that is set back makes no token live longer', async () => {
    const { source } = start();
    await during(1, source.getToken());
    setWallClock('2020-01-01');
    await pass(53);
    expect(await during(1, source.getToken())).toBe('token-2');
  });

  test('that is set forward costs one request', async () => {
    const { gateway, source } = start();
    await during(1, source.getToken());
    setWallClock('2099-12-31');
    expect(await during(1, source.getToken())).toBe('token-2');
    expect(await source.getToken()).toBe('token-2');
    expect(gateway.asked).toHaveLength(2);
  });

  test('that is set forward does not shorten what the gateway asked to wait', async () => {
    const { gateway, source } = start();
    gateway.answer = () => ({ code: 'RATE_LIMITED', retryAfter: 30 });
    await during(
      1,
      source.getToken().catch(() => {}),
    );
    setWallClock('2099-12-31');
    await expect(source.getToken()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(gateway.asked).toHaveLength(1);
  });
});

describe('a device that sleeps, whose monotonic clock and timers stand still', () => {
  test('hands out no token that has ended meanwhile', async () => {
    const { gateway, source } = start();
    await during(1, source.getToken());
    // What a sleep looks like afterwards: only the wall clock has moved.
    setWallClock('2026-03-01T20:00:00Z');
    gateway.answer = () => ({ code: 'RATE_LIMITED', retryAfter: 60 });
    await expect(during(1, source.getToken())).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('renews as soon as its timers go on, for those who listen', async () => {
    const { gateway, source } = start();
    const told: (string | null)[] = [];
    source.subscribe(({ token }) => told.push(token));
    await during(1, source.getToken());
    setWallClock('2026-03-01T20:00:00Z');
    await pass(45);
    expect(gateway.asked).toHaveLength(2);
    expect(told).toEqual(['token-1', 'token-2']);
  });
});

test('a token that lives for longer than a timer can run is not renewed at once', async () => {
  const { gateway, source } = start();
  gateway.answer = () => ({ jwt: 'token', expiresIn: 10_000_000 });
  source.subscribe(() => {});
  await during(1, source.getToken());
  await pass(60);
  expect(gateway.asked).toHaveLength(1);
  await pass(7_500_000);
  expect(gateway.asked.length).toBeGreaterThan(1);
});
