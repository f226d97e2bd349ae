import { describe, expect, test } from 'vitest';
import type { TokenChange } from '../../src/client/index.ts';
import { sessionIdentity } from '../../src/client/session-identity.ts';
import { useFakeTime } from '../support/fake-time.ts';
import { sessionToken, useSources } from './fake-gateway.ts';

const { pass, during } = useFakeTime();
const start = useSources();

describe('another session', () => {
  test('gets a token of its own, though that of the one before is good', async () => {
    const { gateway, clerk, source } = start();
    await during(1, source.getToken());
    clerk.token = sessionToken({ sid: 'sess_grace', sub: 'user_grace' });
    expect(await during(1, source.getToken())).toBe('token-2');
    expect(gateway.asked[1]?.bearer).toBe(clerk.token);
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

  test('is not the next session token of the same one', async () => {
    const { gateway, clerk, source } = start();
    await during(1, source.getToken());
    clerk.token = sessionToken({ nbf: 5, fva: [3, -1] });
    expect(await source.getToken()).toBe('token-1');
    expect(gateway.asked).toHaveLength(1);
  });

  test('gets its own token when it comes while a request is under way, and nobody hears of the other', async () => {
    const { gateway, clerk, source } = start();
    const told: TokenChange[] = [];
    source.subscribe((change) => told.push(change));
    const asking = source.getToken();
    await pass(0.05);
    clerk.token = sessionToken({ sid: 'sess_grace' });
    expect(await during(1, asking)).toBe('token-2');
    expect(told).toEqual([{ token: 'token-2', error: null }]);
    expect(gateway.asked[1]?.bearer).toBe(clerk.token);
  });

  test('ends the request of the one before, for all who wait for it', async () => {
    const { gateway, clerk, source } = start();
    gateway.latency = 5000;
    const before = source.getToken();
    await pass(1);
    clerk.token = sessionToken({ sid: 'sess_grace' });
    gateway.latency = 100;
    const after = source.getToken();
    expect(await during(1, Promise.all([before, after]))).toEqual(['token-2', 'token-2']);
    expect(gateway.asked[0]?.init.signal?.aborted).toBe(true);
  });

  test('is not undone by an older read of the session that ends later', async () => {
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
    expect(gateway.asked.map(({ bearer }) => bearer)).toEqual([grace]);
  });

  test('is not waited out with what the gateway said to the one before', async () => {
    const { gateway, clerk, source } = start();
    gateway.answer = () => ({ code: 'RATE_LIMITED', retryAfter: 60 });
    await expect(during(1, source.getToken())).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    clerk.token = sessionToken({ sid: 'sess_grace' });
    gateway.answer = () => ({ jwt: 'token', expiresIn: 60 });
    expect(await during(1, source.getToken())).toBe('token');
  });

  test('does not get the error of the one before', async () => {
    const { gateway, clerk, source } = start();
    const ada = clerk.token;
    const grace = sessionToken({ sid: 'sess_grace' });
    // The session changes between the end of the request and the next look at it.
    clerk.getToken = () => (clerk.reads.push({ skipCache: false }) > 2 ? grace : ada);
    gateway.answer = ({ bearer }) =>
      bearer === grace ? { jwt: 'token', expiresIn: 60 } : { code: 'INTERNAL_SERVER_ERROR' };
    expect(await during(1, source.getToken())).toBe('token');
  });

  test('each time it is read ends in an error, not in a loop', async () => {
    const { gateway, clerk, source } = start();
    clerk.getToken = () => sessionToken({ sid: `sess_${clerk.reads.push({ skipCache: false })}` });
    await expect(during(60, source.getToken())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(gateway.asked).toHaveLength(5);
  });
});

describe('a sign-out', () => {
  test('drops the token, and null is what there is', async () => {
    const { gateway, clerk, source } = start();
    const told: TokenChange[] = [];
    source.subscribe((change) => told.push(change));
    await during(1, source.getToken());
    const ada = clerk.token;
    clerk.token = null;
    expect(await source.getToken()).toBeNull();
    clerk.token = ada;
    expect(await during(1, source.getToken())).toBe('token-2');
    expect(told.map(({ token }) => token)).toEqual(['token-1', null, 'token-2']);
    expect(gateway.asked).toHaveLength(2);
  });

  test('while a request is under way discards its answer', async () => {
    const { clerk, source } = start();
    const told: TokenChange[] = [];
    source.subscribe((change) => told.push(change));
    const asking = source.getToken();
    await pass(0.05);
    clerk.token = null;
    expect(await during(1, asking)).toBeNull();
    expect(told).toEqual([]);
  });

  test('is noticed by a renewal, which asks nothing then', async () => {
    const { gateway, clerk, source } = start();
    await during(1, source.getToken());
    const told: TokenChange[] = [];
    source.subscribe((change) => told.push(change));
    clerk.token = null;
    await pass(3600);
    expect(told).toEqual([{ token: null, error: null }]);
    expect(gateway.asked).toHaveLength(1);
  });

  test.each([null, undefined, ''])('is a session token of %j', async (token) => {
    const { gateway, clerk, source } = start();
    clerk.getToken = () => token as null;
    expect(await source.getToken()).toBeNull();
    expect(gateway.asked).toEqual([]);
  });
});

describe('a session token that is refused', () => {
  test('is renewed past the cache of the SDK, and asked with once more', async () => {
    const { gateway, clerk, source } = start();
    const renewed = sessionToken();
    clerk.getToken = ({ skipCache }) => (skipCache ? renewed : clerk.token);
    gateway.answer = ({ bearer }) =>
      bearer === renewed ? { jwt: 'token', expiresIn: 60 } : { code: 'UNAUTHENTICATED' };
    expect(await during(1, source.getToken())).toBe('token');
    expect(gateway.asked).toHaveLength(2);
  });

  test('is an error when there is no newer one, and drops what is held', async () => {
    const { gateway, clerk, source } = start();
    const told: TokenChange[] = [];
    source.subscribe((change) => told.push(change));
    await during(1, source.getToken());
    gateway.answer = () => ({ code: 'UNAUTHENTICATED' });
    await expect(during(1, source.getToken({ forceRefresh: true }))).rejects.toMatchObject({
      name: 'TokenError',
      code: 'UNAUTHENTICATED',
    });
    expect(clerk.reads).toContainEqual({ skipCache: true });
    expect(gateway.asked).toHaveLength(2);
    expect(told[1]).toMatchObject({ token: null, error: { code: 'UNAUTHENTICATED' } });
    await pass(3600);
    expect(gateway.asked).toHaveLength(2);
  });

  test('and whose session has ended meanwhile is a sign-out', async () => {
    const { gateway, clerk, source } = start();
    clerk.getToken = ({ skipCache }) => {
      if (skipCache) clerk.token = null;
      return clerk.token;
    };
    gateway.answer = () => ({ code: 'UNAUTHENTICATED' });
    expect(await during(1, source.getToken())).toBeNull();
  });

  test('is the same error when the SDK fails to renew it', async () => {
    const { gateway, clerk, source } = start();
    clerk.getToken = ({ skipCache }) => {
      if (skipCache) throw new Error('offline');
      return clerk.token;
    };
    gateway.answer = () => ({ code: 'UNAUTHENTICATED' });
    await expect(during(1, source.getToken())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('what tells sessions apart', () => {
  test('reads claims beyond ASCII, and base64url', () => {
    const one = { name: 'Zoë 🙂 ÿþ>>>???' };
    expect(sessionIdentity(sessionToken(one))).toBe(sessionIdentity(sessionToken(one)));
    expect(sessionIdentity(sessionToken(one))).not.toBe(sessionIdentity(sessionToken({ name: 'Zoe' })));
  });

  test.each(['', 'opaque', 'a.b.c', 'a..c', `a.${btoa('{"sub":"x"}')}.c`, `a.${btoa('null')}.c`])(
    'is the text itself, for %j',
    (text) => {
      expect(sessionIdentity(text)).toBe(text);
    },
  );
});
