import { describe, expect, test, vi } from 'vitest';
import type { TokenChange } from '../../src/client/index.ts';
import { useFakeTime } from '../support/fake-time.ts';
import { fakeClerk, fakeGateway, sessionToken, useSources } from './fake-gateway.ts';

const { pass, during } = useFakeTime();
const start = useSources();

/** Creates a source with `identity` that holds a token of Ada for an hour. */
async function holding(expiresIn = 3600) {
  const clerk = Object.assign(fakeClerk(), { session: 'sess_ada' as string | null });
  const world = start({ credentials: { getToken: (o) => clerk.getToken(o), identity: () => clerk.session } });
  world.gateway.answer = () => ({ jwt: `token-${world.gateway.requests.length}`, expiresIn });
  await during(1, world.source.getToken());
  return { ...world, clerk };
}

/** Creates such a source without `identity`. */
async function holdingBlind() {
  const world = start();
  world.gateway.answer = () => ({ jwt: `token-${world.gateway.requests.length}`, expiresIn: 3600 });
  await during(1, world.source.getToken());
  return world;
}

const never = () => new Promise<never>(() => {});

describe('a hanging SDK of Clerk', () => {
  test('does not delay a call while a token is held', async () => {
    const { clerk, source } = await holding();
    clerk.getToken = never;
    for (let at = 0; at < 20; at += 1) {
      expect(await during(0.25, source.getToken())).toBe('token-1');
      await pass(30);
    }
  });

  test('does not delay a call for a minute, if the SDK has no identity', async () => {
    const { clerk, source } = await holdingBlind();
    clerk.getToken = never;
    for (let at = 0; at < 11; at += 1) {
      expect(await during(0.25, source.getToken())).toBe('token-1');
      await pass(5);
    }
    // Another session may be signed in by now.
    await pass(5);
    await expect(during(10, source.getToken())).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
  });

  test.each([1, 100])('is called at most four times a second by %d concurrent calls', async (calls) => {
    const { clerk, source } = await holding();
    let asked = 0;
    clerk.getToken = () => {
      asked += 1;
      return never();
    };
    for (let at = 0; at < 100; at += 1) {
      for (let call = 0; call < calls; call += 1) source.getToken().catch(() => {});
      await pass(0.1);
    }
    expect(asked).toBeGreaterThan(10);
    expect(asked).toBeLessThanOrEqual(41);
  });

  test('is called at once by a call that comes while an older read hangs', async () => {
    const { clerk, source } = start();
    const read = clerk.getToken;
    clerk.getToken = never;
    const first = source.getToken();
    await pass(5);
    clerk.getToken = read;
    expect(await during(0.2, source.getToken())).toBe('token-1');
    // The older call gets the token as well, after its read has timed out.
    expect(await during(5, first)).toBe('token-1');
  });

  test('delays the background renewal until it answers', async () => {
    const { gateway, clerk, source } = await holding(60);
    await pass(46);
    const late = Promise.withResolvers<string>();
    clerk.getToken = () => late.promise;
    expect(await during(0.25, source.getToken())).toBe('token-1');
    await pass(2);
    expect(gateway.requests).toHaveLength(1);
    clerk.getToken = () => sessionToken();
    late.resolve(sessionToken());
    await pass(0.2);
    expect(await source.getToken()).toBe('token-2');
  });

  test('is reported by renewals, which are retried later', async () => {
    const { gateway, clerk, source } = await holding(60);
    const changes: TokenChange[] = [];
    source.subscribe((change) => changes.push(change));
    const read = clerk.getToken;
    clerk.getToken = never;
    // Due at 44 s, timed out after 10 s, and retried a second later.
    await pass(54.5);
    expect(changes).toMatchObject([{ token: 'token-1', error: { code: 'NETWORK_ERROR' } }]);
    clerk.getToken = read;
    await pass(1);
    expect(gateway.requests).toHaveLength(2);
    expect(changes.at(-1)).toEqual({ token: 'token-2', error: null });
  });

  test('does not lose the answer of a request that has begun', async () => {
    const { clerk, source } = start();
    const asking = source.getToken();
    await pass(0.05);
    clerk.getToken = never;
    expect(await during(1, asking)).toBe('token-1');
    expect(await during(0.25, source.getToken())).toBe('token-1');
  });

  test('makes a forced call wait, and never returns the held token to it', async () => {
    const { gateway, clerk, source } = await holding();
    clerk.getToken = never;
    const fresh = source.getToken({ forceRefresh: true });
    await expect(during(10, fresh)).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
    expect(gateway.requests).toHaveLength(1);
  });

  test('leaves nothing running after dispose', async () => {
    const { gateway, clerk, source } = await holding(60);
    await pass(46);
    const late = Promise.withResolvers<string>();
    clerk.getToken = () => late.promise;
    expect(await during(0.25, source.getToken())).toBe('token-1');
    source.dispose();
    late.resolve(sessionToken());
    await pass(60);
    expect(gateway.requests).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a switch of sessions while the SDK hangs', () => {
  test.each(['sess_grace', null])('to %j: the held token is not returned', async (session) => {
    const { clerk, source } = await holding();
    clerk.getToken = never;
    expect(await during(0.25, source.getToken())).toBe('token-1');
    clerk.session = session;
    await expect(during(10, source.getToken())).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
  });

  test('and back: the held token is returned', async () => {
    const { clerk, source } = await holding();
    clerk.getToken = never;
    clerk.session = 'sess_grace';
    await pass(1);
    clerk.session = 'sess_ada';
    expect(await during(0.25, source.getToken())).toBe('token-1');
  });

  test('gives the next session its own token once the SDK answers', async () => {
    const { gateway, clerk, source } = await holding();
    const late = Promise.withResolvers<string>();
    clerk.getToken = () => late.promise;
    clerk.session = 'sess_grace';
    const asking = source.getToken();
    await pass(5);
    late.resolve(sessionToken({ sid: 'sess_grace' }));
    expect(await during(1, asking)).toBe('token-2');
    expect(gateway.requests).toHaveLength(2);
  });

  test('makes an earlier answer of the SDK outdated: it is called again', async () => {
    const { gateway, clerk, source } = await holding();
    const ada = clerk.token as string;
    const grace = sessionToken({ sid: 'sess_grace' });
    const late = Promise.withResolvers<string>();
    clerk.getToken = () => late.promise;
    const asking = source.getToken({ forceRefresh: true });
    await pass(1);
    clerk.session = 'sess_grace';
    clerk.getToken = () => grace;
    late.resolve(ada);
    expect(await during(1, asking)).toBe('token-2');
    expect(gateway.requests.map(({ bearer }) => bearer)).toEqual([ada, grace]);
  });

  test('discards the token of the request in flight', async () => {
    const { gateway, clerk, source } = await holding();
    const changes: TokenChange[] = [];
    source.subscribe((change) => changes.push(change));
    const asking = source.getToken({ forceRefresh: true });
    await pass(0.05);
    clerk.session = 'sess_grace';
    clerk.getToken = never;
    await expect(during(20, asking)).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
    expect(gateway.requests).toHaveLength(2);
    expect(changes.map(({ token }) => token)).not.toContain('token-2');
  });
});

describe('a failing SDK', () => {
  const offline = () => Promise.reject(new Error('offline'));

  test('keeps the held token for its session, and for no other', async () => {
    const { clerk, source } = await holding();
    clerk.getToken = offline;
    await pass(600);
    expect(await source.getToken()).toBe('token-1');
    clerk.session = 'sess_grace';
    await expect(source.getToken()).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
  });

  test('keeps the held token for a minute, if the SDK has no identity', async () => {
    const { clerk, source } = await holdingBlind();
    clerk.getToken = offline;
    await pass(58);
    expect(await source.getToken()).toBe('token-1');
    await pass(2);
    await expect(source.getToken()).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
  });
});

describe('the identity of the credentials', () => {
  test('fails the call like the SDK when it throws', async () => {
    const mistake = new TypeError('not loaded');
    const identity = vi.fn(() => 'sess_ada');
    const { source } = start({ credentials: { getToken: () => sessionToken(), identity } });
    await during(1, source.getToken());
    identity.mockImplementation(() => {
      throw mistake;
    });
    await expect(source.getToken()).rejects.toMatchObject({ code: 'NETWORK_ERROR', cause: mistake });
  });

  test('may change each time: the session token then decides', async () => {
    let serial = 0;
    const identity = () => {
      serial += 1;
      return String(serial);
    };
    const { source } = start({ credentials: { getToken: () => sessionToken(), identity } });
    expect(await during(1, source.getToken())).toBe('token-1');
    expect(await source.getToken()).toBe('token-1');
  });
});

describe('a hanging gateway', () => {
  test('does not delay a call for more than two seconds while a held token is about to expire', async () => {
    const { gateway, source } = start({ requestTimeout: 60_000 });
    await during(1, source.getToken());
    gateway.latency = 600_000;
    await pass(52);
    expect(await during(2, source.getToken())).toBe('token-1');
    expect(await during(2, source.getToken())).toBe('token-1');
    expect(gateway.requests).toHaveLength(2);
  });

  test('is waited for when it is only slow', async () => {
    const gateway = fakeGateway();
    const { source } = start({ fetch: gateway.fetch });
    await during(1, source.getToken());
    gateway.latency = 2900;
    await pass(56);
    expect(await during(3, source.getToken())).toBe('token-2');
  });
});
