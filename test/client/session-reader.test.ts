import { describe, expect, test } from 'vitest';
import type { TokenChange } from '../../src/client/index.ts';
import { useFakeTime } from '../support/fake-time.ts';
import { sessionToken, useSources } from './fake-gateway.ts';

const { pass, during } = useFakeTime();
const start = useSources();

describe('another session', () => {
  test('gets its own token, even if the token of the previous session is still valid', async () => {
    const { gateway, clerk, source } = start();
    await during(1, source.getToken());
    clerk.token = sessionToken({ sid: 'sess_grace', sub: 'user_grace' });
    expect(await during(1, source.getToken())).toBe('token-2');
    expect(gateway.requests[1]?.bearer).toBe(clerk.token);
  });

  test.each([
    ['an organization', { o: { id: 'org_acme', rol: 'admin' } }],
    ['a role', { org_role: 'org:admin' }],
    ['an impersonator', { act: { sub: 'user_support' } }],
  ])('is also the same session with %s', async (_what, claims) => {
    const { clerk, source } = start();
    await during(1, source.getToken());
    clerk.token = sessionToken(claims);
    expect(await during(1, source.getToken())).toBe('token-2');
  });

  test('is not a new session token of the same session', async () => {
    const { gateway, clerk, source } = start();
    await during(1, source.getToken());
    clerk.token = sessionToken({ nbf: 5, fva: [3, -1] });
    expect(await source.getToken()).toBe('token-1');
    expect(gateway.requests).toHaveLength(1);
  });

  test('gets its own token when it begins during a request, and listeners do not see the other token', async () => {
    const { gateway, clerk, source } = start();
    const changes: TokenChange[] = [];
    source.subscribe((change) => changes.push(change));
    const asking = source.getToken();
    await pass(0.05);
    clerk.token = sessionToken({ sid: 'sess_grace' });
    expect(await during(1, asking)).toBe('token-2');
    expect(changes).toEqual([{ token: 'token-2', error: null }]);
    expect(gateway.requests[1]?.bearer).toBe(clerk.token);
  });

  test('aborts the request of the previous session for all waiting calls', async () => {
    const { gateway, clerk, source } = start();
    gateway.latency = 5000;
    const before = source.getToken();
    await pass(1);
    clerk.token = sessionToken({ sid: 'sess_grace' });
    gateway.latency = 100;
    const after = source.getToken();
    expect(await during(1, Promise.all([before, after]))).toEqual(['token-2', 'token-2']);
    expect(gateway.requests[0]?.init.signal?.aborted).toBe(true);
  });

  test('is not replaced by an older read that ends later', async () => {
    const { gateway, clerk, source } = start();
    const ada = clerk.token;
    const late = Promise.withResolvers<string | null>();
    clerk.getToken = () => late.promise;
    const first = source.getToken();
    await pass(0);
    const grace = sessionToken({ sid: 'sess_grace' });
    clerk.getToken = () => grace;
    expect(await during(1, source.getToken())).toBe('token-1');
    late.resolve(ada);
    expect(await first).toBe('token-1');
    expect(gateway.requests.map(({ bearer }) => bearer)).toEqual([grace]);
  });

  test('is not delayed by the retryAfter of the previous session', async () => {
    const { gateway, clerk, source } = start();
    gateway.answer = () => ({ code: 'RATE_LIMITED', retryAfter: 60 });
    await expect(during(1, source.getToken())).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    clerk.token = sessionToken({ sid: 'sess_grace' });
    gateway.answer = () => ({ jwt: 'token', expiresIn: 60 });
    expect(await during(1, source.getToken())).toBe('token');
  });

  test('does not get the error of the previous session', async () => {
    const { gateway, clerk, source } = start();
    const ada = clerk.token;
    const grace = sessionToken({ sid: 'sess_grace' });
    // The session changes between the end of the request and the next read.
    clerk.getToken = () => (clerk.reads.push({ skipCache: false }) > 2 ? grace : ada);
    gateway.answer = ({ bearer }) =>
      bearer === grace ? { jwt: 'token', expiresIn: 60 } : { code: 'INTERNAL_SERVER_ERROR' };
    expect(await during(1, source.getToken())).toBe('token');
  });

  test('at each read ends in an error, not in a loop', async () => {
    const { gateway, clerk, source } = start();
    clerk.getToken = () => sessionToken({ sid: `sess_${clerk.reads.push({ skipCache: false })}` });
    await expect(during(60, source.getToken())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(gateway.requests).toHaveLength(5);
  });
});

describe('a sign-out', () => {
  test('drops the token, and calls return null', async () => {
    const { gateway, clerk, source } = start();
    const changes: TokenChange[] = [];
    source.subscribe((change) => changes.push(change));
    await during(1, source.getToken());
    const ada = clerk.token;
    clerk.token = null;
    expect(await source.getToken()).toBeNull();
    clerk.token = ada;
    expect(await during(1, source.getToken())).toBe('token-2');
    expect(changes.map(({ token }) => token)).toEqual(['token-1', null, 'token-2']);
    expect(gateway.requests).toHaveLength(2);
  });

  test('during a request discards its answer', async () => {
    const { clerk, source } = start();
    const changes: TokenChange[] = [];
    source.subscribe((change) => changes.push(change));
    const asking = source.getToken();
    await pass(0.05);
    clerk.token = null;
    expect(await during(1, asking)).toBeNull();
    expect(changes).toEqual([]);
  });

  test('is noticed by a renewal, which sends no request', async () => {
    const { gateway, clerk, source } = start();
    await during(1, source.getToken());
    const changes: TokenChange[] = [];
    source.subscribe((change) => changes.push(change));
    clerk.token = null;
    await pass(3600);
    expect(changes).toEqual([{ token: null, error: null }]);
    expect(gateway.requests).toHaveLength(1);
  });

  test.each([null, undefined, ''])('is a session token of %j', async (token) => {
    const { gateway, clerk, source } = start();
    clerk.getToken = () => token as null;
    expect(await source.getToken()).toBeNull();
    expect(gateway.requests).toEqual([]);
  });
});

describe('a read of the session token', () => {
  test.each([
    [
      'throws',
      () => {
        throw new Error('offline');
      },
    ],
    ['rejects', () => Promise.reject(new Error('offline'))],
  ])('that %s is the cause of the error', async (_how, getToken) => {
    const { source } = start({ credentials: { getToken } });
    await expect(source.getToken()).rejects.toMatchObject({
      code: 'NETWORK_ERROR',
      message: 'The session token could not be read.',
      cause: { message: 'offline' },
    });
  });

  test('may fail while a token is held', async () => {
    const { gateway, clerk, source } = start();
    await during(1, source.getToken());
    const read = clerk.getToken;
    clerk.getToken = () => Promise.reject(new Error('offline'));
    await pass(57);
    expect(await source.getToken()).toBe('token-1');
    clerk.getToken = read;
    expect(await during(1, source.getToken())).toBe('token-2');
    expect(gateway.requests).toHaveLength(2);
  });

  test('is retried in the background while there is a listener', async () => {
    const { gateway, clerk, source } = start();
    source.subscribe(() => {});
    await during(1, source.getToken());
    const read = clerk.getToken;
    clerk.getToken = () => Promise.reject(new Error('offline'));
    await pass(46);
    expect(gateway.requests).toHaveLength(1);
    clerk.getToken = read;
    await pass(4);
    expect(gateway.requests).toHaveLength(2);
  });

  test('that hangs ends after requestTimeout', async () => {
    const { source } = start({ credentials: { getToken: () => new Promise<string>(() => {}) } });
    await expect(during(10, source.getToken())).rejects.toMatchObject({
      code: 'NETWORK_ERROR',
      message: 'No answer within 10000 ms.',
    });
  });
});
