import { describe, expect, test, vi } from 'vitest';
import type { TokenChange } from '../../src/client/index.ts';
import { useFakeTime } from '../support/fake-time.ts';
import { fakeClerk, fakeGateway, sessionToken, useSources } from './fake-gateway.ts';

const { pass, during } = useFakeTime();
const start = useSources();

/** A source that holds a token of Ada for an hour, and Clerk's SDK, which tells sessions apart without a request. */
async function holding(expiresIn = 3600) {
  const clerk = Object.assign(fakeClerk(), { session: 'sess_ada' as string | null });
  const world = start({ credentials: { getToken: (o) => clerk.getToken(o), identity: () => clerk.session } });
  world.gateway.answer = () => ({ jwt: `token-${world.gateway.asked.length}`, expiresIn });
  await during(1, world.source.getToken());
  return { ...world, clerk };
}

/** The same without `identity`. */
async function holdingBlind() {
  const world = start();
  world.gateway.answer = () => ({ jwt: `token-${world.gateway.asked.length}`, expiresIn: 3600 });
  await during(1, world.source.getToken());
  return world;
}

const never = () => new Promise<never>(() => {});

describe("an SDK of Clerk's that hangs", () => {
  test('does not hold up a call while a token is held', async () => {
    const { clerk, source } = await holding();
    clerk.getToken = never;
    for (let at = 0; at < 20; at += 1) {
      expect(await during(0.25, source.getToken())).toBe('token-1');
      await pass(30);
    }
  });

  test('does not hold up a call for a minute, where sessions cannot be told apart', async () => {
    const { clerk, source } = await holdingBlind();
    clerk.getToken = never;
    for (let at = 0; at < 11; at += 1) {
      expect(await during(0.25, source.getToken())).toBe('token-1');
      await pass(5);
    }
    // By now, another session may have come.
    await pass(5);
    await expect(during(10, source.getToken())).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
  });

  test.each([1, 100])('is asked four times a second by %d calls at once, at most', async (calls) => {
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

  test('is asked at once by a call that comes while an older read hangs', async () => {
    const { clerk, source } = start();
    const read = clerk.getToken;
    clerk.getToken = never;
    const first = source.getToken();
    await pass(5);
    clerk.getToken = read;
    expect(await during(0.2, source.getToken())).toBe('token-1');
    // The older one has it, too, when it gives up.
    expect(await during(5, first)).toBe('token-1');
  });

  test('has the token renewed behind once it answers', async () => {
    const { gateway, clerk, source } = await holding(60);
    await pass(46);
    const late = Promise.withResolvers<string>();
    clerk.getToken = () => late.promise;
    expect(await during(0.25, source.getToken())).toBe('token-1');
    await pass(2);
    expect(gateway.asked).toHaveLength(1);
    clerk.getToken = () => sessionToken();
    late.resolve(sessionToken());
    await pass(0.2);
    expect(await source.getToken()).toBe('token-2');
  });

  test('is told of by the renewals, which are tried again later', async () => {
    const { gateway, clerk, source } = await holding(60);
    const told: TokenChange[] = [];
    source.subscribe((change) => told.push(change));
    const read = clerk.getToken;
    clerk.getToken = never;
    // Due at 44 s, given up 10 s later, begun again after a second.
    await pass(54.5);
    expect(told).toMatchObject([{ token: 'token-1', error: { code: 'NETWORK_ERROR' } }]);
    clerk.getToken = read;
    await pass(1);
    expect(gateway.asked).toHaveLength(2);
    expect(told.at(-1)).toEqual({ token: 'token-2', error: null });
  });

  test('once the gateway is asked does not cost the answer', async () => {
    const { clerk, source } = start();
    const asking = source.getToken();
    await pass(0.05);
    clerk.getToken = never;
    expect(await during(1, asking)).toBe('token-1');
    expect(await during(0.25, source.getToken())).toBe('token-1');
  });

  test('leaves a fresh token to be waited for, never a held one', async () => {
    const { gateway, clerk, source } = await holding();
    clerk.getToken = never;
    const fresh = source.getToken({ forceRefresh: true });
    await expect(during(10, fresh)).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
    expect(gateway.asked).toHaveLength(1);
  });

  test('keeps nothing running after dispose', async () => {
    const { gateway, clerk, source } = await holding(60);
    await pass(46);
    const late = Promise.withResolvers<string>();
    clerk.getToken = () => late.promise;
    expect(await during(0.25, source.getToken())).toBe('token-1');
    source.dispose();
    late.resolve(sessionToken());
    await pass(60);
    expect(gateway.asked).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a switch of sessions while the SDK hangs', () => {
  test.each(['sess_grace', null])('to %j: the held token is not handed out', async (session) => {
    const { clerk, source } = await holding();
    clerk.getToken = never;
    expect(await during(0.25, source.getToken())).toBe('token-1');
    clerk.session = session;
    await expect(during(10, source.getToken())).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
  });

  test('and back: it is', async () => {
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
    expect(gateway.asked).toHaveLength(2);
  });

  test('outdates what it was asked before: it is asked again', async () => {
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
    expect(gateway.asked.map(({ bearer }) => bearer)).toEqual([ada, grace]);
  });

  test('discards the token that is on its way', async () => {
    const { gateway, clerk, source } = await holding();
    const told: TokenChange[] = [];
    source.subscribe((change) => told.push(change));
    const asking = source.getToken({ forceRefresh: true });
    await pass(0.05);
    clerk.session = 'sess_grace';
    clerk.getToken = never;
    await expect(during(20, asking)).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
    expect(gateway.asked).toHaveLength(2);
    expect(told.map(({ token }) => token)).not.toContain('token-2');
  });
});

describe('an SDK that fails', () => {
  const offline = () => Promise.reject(new Error('offline'));

  test('leaves the held token to its own session, and to no other', async () => {
    const { clerk, source } = await holding();
    clerk.getToken = offline;
    await pass(600);
    expect(await source.getToken()).toBe('token-1');
    clerk.session = 'sess_grace';
    await expect(source.getToken()).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
  });

  test('leaves it for a minute, where sessions cannot be told apart', async () => {
    const { clerk, source } = await holdingBlind();
    clerk.getToken = offline;
    await pass(58);
    expect(await source.getToken()).toBe('token-1');
    await pass(2);
    await expect(source.getToken()).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
  });
});

describe('what tells sessions apart without a request', () => {
  test('fails as the SDK does when it throws', async () => {
    const mistake = new TypeError('not loaded');
    const identity = vi.fn(() => 'sess_ada');
    const { source } = start({ credentials: { getToken: () => sessionToken(), identity } });
    await during(1, source.getToken());
    identity.mockImplementation(() => {
      throw mistake;
    });
    await expect(source.getToken()).rejects.toMatchObject({ code: 'NETWORK_ERROR', cause: mistake });
  });

  test('may say another thing each time: the session token is believed then', async () => {
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

describe('a gateway that hangs', () => {
  test('does not hold up a call for longer than two seconds while a token is held that is nearly over', async () => {
    const { gateway, source } = start({ requestTimeout: 60_000 });
    await during(1, source.getToken());
    gateway.latency = 600_000;
    await pass(52);
    expect(await during(2, source.getToken())).toBe('token-1');
    expect(await during(2, source.getToken())).toBe('token-1');
    expect(gateway.asked).toHaveLength(2);
  });

  test('that is only slow answers all the same', async () => {
    const gateway = fakeGateway();
    const { source } = start({ fetch: gateway.fetch });
    await during(1, source.getToken());
    gateway.latency = 2900;
    await pass(56);
    expect(await during(3, source.getToken())).toBe('token-2');
  });
});
