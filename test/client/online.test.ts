import { describe, expect, test, vi } from 'vitest';
import { useFakeTime } from '../support/fake-time.ts';
import { useBrowserEvents } from './browser-events.ts';
import { useSources } from './fake-gateway.ts';

const { pass, during } = useFakeTime();
const start = useSources();

const { dispatch, listeners } = useBrowserEvents();

const online = () => dispatch('online');
const offline = () => new TypeError('fetch failed');

describe('the event online', () => {
  test('ends the backoff after a network failure', async () => {
    const { gateway, source } = start();
    const { answer } = gateway;
    source.subscribe(() => {});
    await during(1, source.getToken());
    gateway.answer = offline;
    // After failures at 45, 46, 48, 52 and 60 s the next attempt is at 76 s.
    await pass(62);
    gateway.answer = answer;
    const asked = gateway.requests.length;
    online();
    await pass(0.2);
    expect(gateway.requests).toHaveLength(asked + 1);
    expect(await source.getToken()).toBe(`token-${asked + 1}`);
  });

  test('ends the backoff after a failure of the SDK', async () => {
    const { gateway, clerk, source } = start();
    const read = clerk.getToken;
    source.subscribe(() => {});
    clerk.getToken = () => Promise.reject(offline());
    for (let at = 0; at < 5; at += 1) await expect(source.getToken()).rejects.toThrow();
    clerk.getToken = read;
    await pass(2);
    expect(gateway.requests).toHaveLength(0);
    online();
    await pass(0.2);
    expect(gateway.requests).toHaveLength(1);
  });

  test('does not end a retryAfter of the gateway', async () => {
    const { gateway, source } = start();
    source.subscribe(() => {});
    gateway.answer = () => ({ code: 'RATE_LIMITED', retryAfter: 30 });
    await expect(during(1, source.getToken())).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    online();
    await pass(28);
    expect(gateway.requests).toHaveLength(1);
    await pass(2);
    expect(gateway.requests).toHaveLength(2);
  });

  test('restarts a hanging request for all calls that wait for it', async () => {
    const { gateway, source } = start();
    gateway.latency = 600_000;
    const asking = [source.getToken(), source.getToken({ forceRefresh: true })];
    await pass(5);
    gateway.latency = 100;
    online();
    const [token, ...others] = await during(1, Promise.all(asking));
    expect(token).toMatch(/^token-/);
    expect(others).toEqual([token]);
    expect(gateway.requests.filter(({ init }) => !init.signal?.aborted)).toEqual([]);
  });

  test('restarts a hanging renewal', async () => {
    const { gateway, source } = start();
    source.subscribe(() => {});
    await during(1, source.getToken());
    gateway.latency = 600_000;
    await pass(50);
    expect(gateway.requests).toHaveLength(2);
    gateway.latency = 100;
    online();
    await pass(0.2);
    expect(await source.getToken()).toBe('token-3');
  });

  test('sends no request when no renewal is due', async () => {
    const { gateway, source } = start();
    source.subscribe(() => {});
    await during(1, source.getToken());
    for (let at = 0; at < 10; at += 1) online();
    await pass(10);
    expect(gateway.requests).toHaveLength(1);
  });

  test('has one handler, and none after dispose', async () => {
    const { source } = start();
    const asking = source.getToken();
    await pass(0.05);
    expect(listeners.size).toBe(1);
    await during(1, asking);
    source.subscribe(() => {});
    expect(listeners.size).toBe(1);
    source.dispose();
    expect(listeners.size).toBe(0);
  });

  test('has no handler of a source that is not used', async () => {
    const { source } = start();
    expect(listeners.size).toBe(0);
    await during(1, source.getToken());
    await pass(60);
    expect(listeners.size).toBe(0);
  });

  test('starts nothing when it comes during dispose', async () => {
    const { gateway, source } = start();
    source.subscribe(() => {
      source.dispose();
      online();
    });
    await expect(during(1, source.getToken())).rejects.toMatchObject({ code: 'DISPOSED' });
    await pass(60);
    expect([gateway.requests.length, listeners.size, vi.getTimerCount()]).toEqual([1, 0, 0]);
  });
});
