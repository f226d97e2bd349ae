import { describe, expect, test } from 'vitest';
import type { TokenChange } from '../../src/client/index.ts';
import { useFakeTime } from '../support/fake-time.ts';
import { type GatewayAnswer, useSources } from './fake-gateway.ts';

const { pass, during } = useFakeTime();
const start = useSources();

const limited = (retryAfter: number): GatewayAnswer => ({ code: 'RATE_LIMITED', retryAfter });

describe('retryAfter', () => {
  test('delays a call, unless it is too long', async () => {
    const { gateway, source } = start();
    gateway.answer = () => (gateway.requests.length > 1 ? { jwt: 'token', expiresIn: 60 } : limited(5));
    const asking = source.getToken();
    await pass(5);
    expect(gateway.requests).toHaveLength(1);
    expect(await during(1, asking)).toBe('token');
    expect(gateway.requests).toHaveLength(2);
  });

  test('that is longer than maxWait rejects at once, with the remaining seconds', async () => {
    const { gateway, source } = start();
    gateway.answer = () => limited(30);
    await expect(during(0.2, source.getToken())).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfter: 30,
      message: 'The gateway answered RATE_LIMITED.',
    });
    await pass(19);
    await expect(source.getToken()).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 11 });
    expect(gateway.requests).toHaveLength(1);
  });

  test('ends with one request for all waiting calls', async () => {
    const { gateway, source } = start();
    gateway.answer = () => (gateway.requests.length > 1 ? { jwt: 'token', expiresIn: 60 } : limited(5));
    const first = source.getToken();
    await pass(2);
    const others = Array.from({ length: 10 }, () => source.getToken());
    expect(new Set(await during(5, Promise.all([first, ...others])))).toEqual(new Set(['token']));
    expect(gateway.requests).toHaveLength(2);
  });

  test('leaves the held token usable until a second before its end', async () => {
    const { gateway, source } = start();
    await during(1, source.getToken());
    gateway.answer = () => ({ code: 'UPSTREAM_UNAVAILABLE', retryAfter: 30 });
    await pass(45);
    expect(await source.getToken()).toBe('token-1');
    await pass(12.5);
    expect(await source.getToken()).toBe('token-1');
    await pass(0.6);
    await expect(during(20, source.getToken())).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(gateway.requests).toHaveLength(2);
  });

  test.each([
    [0, 1],
    [1e9, 3600],
  ])('of %j counts as %j', async (said, meant) => {
    const { gateway, source } = start({ maxWait: 0 });
    gateway.answer = () => limited(said);
    await expect(during(1, source.getToken())).rejects.toMatchObject({ retryAfter: meant });
  });

  test('that repeats ends in an error', async () => {
    const { gateway, source } = start();
    gateway.answer = () => limited(1);
    await expect(during(20, source.getToken())).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(gateway.requests).toHaveLength(5);
  });
});

describe('a failure', () => {
  test('is shared by the waiting calls, and not by later ones', async () => {
    const { gateway, source } = start();
    gateway.answer = () =>
      gateway.requests.length > 1 ? { jwt: 'token', expiresIn: 60 } : new TypeError('down');
    const outcomes = await during(1, Promise.allSettled([source.getToken(), source.getToken()]));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await during(1, source.getToken())).toBe('token');
  });

  test.each(['FORBIDDEN', 'TEMPLATE_NOT_FOUND'])('%s drops the held token', async (code) => {
    const { gateway, source } = start();
    await during(1, source.getToken());
    gateway.answer = () => ({ code });
    await pass(45);
    expect(await source.getToken()).toBe('token-1');
    await pass(1);
    await expect(during(1, source.getToken())).rejects.toMatchObject({ code });
  });

  test('of a renewal is retried after 1, 2, 4 s and so on while there is a listener', async () => {
    const { gateway, source } = start();
    const changes: TokenChange[] = [];
    source.subscribe((change) => changes.push(change));
    await during(1, source.getToken());
    gateway.latency = 0;
    gateway.answer = () => new TypeError('down');
    await pass(180);
    expect(gateway.requests.map(({ second }) => second)).toEqual([0, 45, 46, 48, 52, 60, 76, 106, 136, 166]);
    // Listeners get the token while it is valid.
    expect(changes[1]).toMatchObject({ token: 'token-1', error: { code: 'NETWORK_ERROR' } });
    expect(changes.at(-1)).toMatchObject({ token: null, error: { code: 'NETWORK_ERROR' } });
  });

  test('of a renewal ends when the gateway recovers', async () => {
    const { gateway, source } = start();
    source.subscribe(() => {});
    await during(1, source.getToken());
    const { answer } = gateway;
    gateway.answer = () => new TypeError('down');
    await pass(100);
    gateway.answer = answer;
    await pass(30);
    expect(await source.getToken()).toMatch(/^token-\d+$/);
    const asked = gateway.requests.length;
    await pass(10);
    expect(gateway.requests).toHaveLength(asked);
  });
});
