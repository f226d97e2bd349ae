import { describe, expect, test } from 'vitest';
import { useFakeTime } from '../support/fake-time.ts';
import { sessionToken, useSources } from './fake-gateway.ts';

const { pass, during } = useFakeTime();
const start = useSources();

describe('a held token', () => {
  test('is returned without another request', async () => {
    const { gateway, source } = start();
    expect(await during(1, source.getToken())).toBe('token-1');
    expect(await source.getToken()).toBe('token-1');
    expect(gateway.requests).toMatchObject([{ template: 'hasura', fresh: false, url: gateway.url }]);
  });

  test('comes from one request for concurrent calls', async () => {
    const { gateway, source } = start();
    const together = Promise.all(Array.from({ length: 100 }, () => source.getToken()));
    expect(new Set(await during(1, together))).toEqual(new Set(['token-1']));
    expect(gateway.requests).toHaveLength(1);
  });

  test('is shared with calls that come during the request', async () => {
    const { gateway, source } = start();
    gateway.latency = 1000;
    const first = source.getToken();
    await pass(0.5);
    expect(await during(1, Promise.all([first, source.getToken()]))).toEqual(['token-1', 'token-1']);
    expect(gateway.requests).toHaveLength(1);
  });

  test('is replaced when an eighth of its life is left', async () => {
    const { source } = start();
    await during(1, source.getToken());
    await pass(51);
    expect(await source.getToken()).toBe('token-1');
    await pass(1);
    expect(await during(0, source.getToken().catch(String))).toBe('token-2');
  });

  test('with a life of an hour is returned until 10 s are left', async () => {
    const { gateway, source } = start();
    gateway.answer = () => ({ jwt: `token-${gateway.requests.length}`, expiresIn: 3600 });
    await during(1, source.getToken());
    gateway.answer = () => ({ code: 'INTERNAL_SERVER_ERROR' });
    await pass(3588);
    expect(await source.getToken()).toBe('token-1');
    expect(gateway.requests).toHaveLength(2);
  });

  test('counts its life from before the request', async () => {
    const { gateway, source } = start({ requestTimeout: 60_000 });
    gateway.latency = 30_000;
    await during(30, source.getToken());
    gateway.latency = 100;
    // 52.6 s after the request, 22.6 s after the answer: an eighth is left.
    await pass(22.6);
    expect(await during(1, source.getToken())).toBe('token-2');
  });
});

describe('a renewal', () => {
  test('runs in the background of the first call after three quarters of the life', async () => {
    const { gateway, source } = start();
    await during(1, source.getToken());
    await pass(45);
    expect(await source.getToken()).toBe('token-1');
    await pass(1);
    expect(await source.getToken()).toBe('token-2');
    expect(gateway.requests).toHaveLength(2);
  });

  test('starts without a call when the token was used', async () => {
    const { gateway, source } = start();
    await during(1, source.getToken());
    await source.getToken();
    await pass(43);
    expect(gateway.requests).toHaveLength(1);
    await pass(2);
    expect(gateway.requests).toHaveLength(2);
    expect(await source.getToken()).toBe('token-2');
  });

  test('does not start when the token is not used', async () => {
    const { gateway, source } = start();
    await during(1, source.getToken());
    await pass(3600);
    expect(gateway.requests).toHaveLength(1);
    await during(1, source.getToken());
    await source.getToken();
    await pass(3600);
    // One request for the call, one because the token was used, and then none.
    expect(gateway.requests).toHaveLength(3);
  });

  test('that brings the same token is retried after one second, then after two', async () => {
    const { gateway, source } = start();
    gateway.answer = () => ({ jwt: 'token', expiresIn: 60 });
    await during(1, source.getToken());
    source.subscribe(() => {});
    await pass(44.05);
    expect(gateway.requests).toHaveLength(2);
    await pass(1.2);
    expect(gateway.requests).toHaveLength(3);
    await pass(1.2);
    expect(gateway.requests).toHaveLength(3);
    await pass(1);
    expect(gateway.requests).toHaveLength(4);
  });

  test('reads the session again', async () => {
    const { gateway, clerk, source } = start();
    await during(1, source.getToken());
    await source.getToken();
    const first = clerk.token;
    clerk.token = sessionToken();
    await pass(46);
    expect(gateway.requests.map(({ bearer }) => bearer)).toEqual([first, clerk.token]);
  });
});
