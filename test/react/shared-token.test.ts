import { describe, expect, test, vi } from 'vitest';
import { createTokenSource } from '../../src/client/index.ts';
import { type SessionKnowledge, shareToken } from '../../src/react/shared-token.ts';
import type { TokenState } from '../../src/react/token-state.ts';
import { fakeClerk, fakeGateway, sessionToken } from '../client/fake-gateway.ts';
import { useFakeTime } from '../support/fake-time.ts';

const { pass, during } = useFakeTime();

/** Shares a token of a fake gateway and a fake Clerk. */
function start(session: SessionKnowledge = 'known') {
  const gateway = fakeGateway();
  const clerk = fakeClerk();
  const createSource = vi.fn(() =>
    createTokenSource({ url: gateway.url, template: 'hasura', credentials: clerk, fetch: gateway.fetch }),
  );
  const token = shareToken(createSource, session);
  const states: TokenState[] = [];
  /** Subscribes as a component does, and records the states. */
  const mount = () => token.subscribe(() => void states.push(token.getState()));
  return { gateway, clerk, createSource, token, states, mount };
}

/** Returns the values of a state without its functions. */
const valuesOf = ({ token, error, isLoading }: TokenState) => [token, error?.code ?? null, isLoading];

describe('a shared token', () => {
  test('has no source before the first component, and is loading', async () => {
    const { createSource, token } = start();
    await pass(60);
    expect(createSource).not.toHaveBeenCalled();
    expect(valuesOf(token.getState())).toEqual([null, null, true]);
    expect(token.getState()).toBe(token.getFirstState());
  });

  test('is requested once for all components, which see the same state', async () => {
    const { gateway, clerk, createSource, token, states, mount } = start();
    for (let at = 0; at < 5; at += 1) mount();
    await pass(1);
    expect([gateway.requests.length, createSource.mock.calls.length]).toEqual([1, 1]);
    // As for one component: for the call, and around the request.
    expect(clerk.reads).toHaveLength(3);
    expect(valuesOf(token.getState())).toEqual(['token-1', null, false]);
    expect(new Set(states)).toEqual(new Set([token.getState()]));
    mount();
    await pass(1);
    expect(gateway.requests).toHaveLength(1);
    expect(token.getState()).toBe(states[0]);
    expect(token.getFirstState().isLoading).toBe(true);
  });

  test('has the claims of its token, the same object until the next token', async () => {
    const { gateway, token, mount } = start();
    gateway.answer = () => ({ jwt: sessionToken({ role: 'owner' }), expiresIn: 60 });
    mount();
    await pass(1);
    const { claims } = token.getState();
    expect(claims).toMatchObject({ role: 'owner' });
    gateway.answer = () => ({ code: 'UPSTREAM_UNAVAILABLE' });
    await pass(50);
    expect(token.getState().error?.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(token.getState().claims).toBe(claims);
  });

  test('is renewed while a component uses it', async () => {
    const { gateway, states, mount } = start();
    mount();
    await pass(200);
    expect(gateway.requests.map(({ second }) => second)).toEqual([0, 45, 90, 135, 180]);
    expect(states.map(({ token }) => token)).toEqual(['token-1', 'token-2', 'token-3', 'token-4', 'token-5']);
  });

  test('ends with the last component: the request is aborted, and no timer is left', async () => {
    const { gateway, token, states, mount } = start();
    const [unmount, unmountOther] = [mount(), mount()];
    await pass(0.05);
    unmount();
    await pass(0.01);
    expect(gateway.requests[0]?.init.signal?.aborted).toBe(false);
    unmountOther();
    await pass(0.01);
    expect(gateway.requests[0]?.init.signal?.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    await pass(600);
    expect([gateway.requests.length, states]).toEqual([1, []]);
    expect(valuesOf(token.getState())).toEqual([null, null, true]);
  });

  test('survives an unmount with a mount in the same task, as in Strict Mode', async () => {
    const { gateway, createSource, token, mount } = start();
    mount()();
    const unmount = mount();
    await pass(1);
    expect([gateway.requests.length, createSource.mock.calls.length]).toEqual([1, 1]);
    unmount();
    mount();
    expect(token.getState().token).toBe('token-1');
    await pass(1);
    expect(gateway.requests).toHaveLength(1);
  });

  test('begins again when it is mounted again later', async () => {
    const { gateway, createSource, token, mount } = start();
    const unmount = mount();
    await pass(1);
    unmount();
    await pass(1);
    mount();
    expect(valuesOf(token.getState())).toEqual([null, null, true]);
    await pass(1);
    expect(token.getState().token).toBe('token-2');
    expect([gateway.requests.length, createSource.mock.calls.length]).toEqual([2, 2]);
  });

  test('is null without a session, and no request is sent', async () => {
    const { gateway, clerk, token, mount } = start();
    clerk.token = null;
    mount();
    await pass(1);
    expect(valuesOf(token.getState())).toEqual([null, null, false]);
    expect(gateway.requests).toEqual([]);
  });

  test('is dropped when another session signs in, and that of the new session follows', async () => {
    const { clerk, gateway, token, states, mount } = start();
    mount();
    await pass(1);
    clerk.token = sessionToken({ sid: 'sess_grace' });
    await pass(60);
    expect(states.map(valuesOf)).toEqual([
      ['token-1', null, false],
      [null, null, true],
      ['token-2', null, false],
    ]);
    clerk.token = null;
    await pass(60);
    expect(valuesOf(token.getState())).toEqual([null, null, false]);
    expect(gateway.requests).toHaveLength(2);
  });

  test('has the error of a failure, is retried, and has no error after a success', async () => {
    const { gateway, token, states, mount } = start();
    gateway.answer = () => ({ code: 'UPSTREAM_UNAVAILABLE' });
    mount();
    await pass(0.5);
    expect(valuesOf(token.getState())).toEqual([null, 'UPSTREAM_UNAVAILABLE', false]);
    gateway.answer = () => ({ jwt: 'token', expiresIn: 60 });
    await pass(5);
    expect(states.map(valuesOf)).toEqual([
      [null, 'UPSTREAM_UNAVAILABLE', false],
      ['token', null, false],
    ]);
  });

  test('has the error of a final refusal, and is not requested again by itself', async () => {
    const { gateway, token, mount } = start();
    gateway.answer = () => ({ code: 'FORBIDDEN' });
    mount();
    await pass(600);
    expect(valuesOf(token.getState())).toEqual([null, 'FORBIDDEN', false]);
    expect(gateway.requests).toHaveLength(1);
  });

  test('is not requested while the session is awaited', async () => {
    const { createSource, token, mount } = start('awaited');
    mount();
    await pass(60);
    expect(createSource).not.toHaveBeenCalled();
    expect(token.getState().isLoading).toBe(true);
  });

  test('throws for options that no source accepts, and keeps no component', () => {
    const token = shareToken(() => createTokenSource({} as never), 'known');
    expect(() => token.subscribe(() => {})).toThrow(TypeError);
  });
});

describe('refresh', () => {
  test('requests a token that is minted after the call, and keeps the held one until then', async () => {
    const { gateway, token, states, mount } = start();
    mount();
    await pass(1);
    await during(1, token.getState().refresh());
    expect(gateway.requests.map(({ fresh }) => fresh)).toEqual([false, true]);
    expect(states.map(valuesOf)).toEqual([
      ['token-1', null, false],
      ['token-2', null, false],
    ]);
  });

  test('is loading after a failure, and never rejects', async () => {
    const { gateway, token, states, mount } = start();
    gateway.answer = () => ({ code: 'FORBIDDEN' });
    mount();
    await pass(1);
    await during(1, token.getState().refresh());
    expect(states.map(valuesOf)).toEqual([
      [null, 'FORBIDDEN', false],
      [null, null, true],
      [null, 'FORBIDDEN', false],
    ]);
    gateway.answer = () => ({ jwt: 'token', expiresIn: 60 });
    await during(1, token.getState().refresh());
    expect(valuesOf(token.getState())).toEqual(['token', null, false]);
  });

  test('does nothing while the session is awaited', async () => {
    const { createSource, token, states, mount } = start('awaited');
    const unmount = mount();
    await during(1, token.getState().refresh());
    expect([createSource.mock.calls, states]).toEqual([[], []]);
    unmount();
    await pass(1);
  });

  test('shows the error of a limit beside the held token', async () => {
    const { gateway, token, mount } = start();
    mount();
    await pass(1);
    gateway.answer = ({ fresh }) =>
      fresh ? { code: 'RATE_LIMITED', retryAfter: 60 } : { jwt: 'next', expiresIn: 60 };
    await during(1, token.getState().refresh());
    expect(valuesOf(token.getState())).toEqual(['token-1', 'RATE_LIMITED', false]);
    // Without a further request.
    await during(1, token.getState().refresh());
    expect(valuesOf(token.getState())).toEqual(['token-1', 'RATE_LIMITED', false]);
    expect(gateway.requests).toHaveLength(2);
  });
});

describe('getToken', () => {
  test('returns the token of the components, without another request', async () => {
    const { gateway, token, mount } = start();
    mount();
    await pass(1);
    expect(await token.getState().getToken()).toBe('token-1');
    expect(await during(1, token.getState().getToken({ forceRefresh: true }))).toBe('token-2');
    expect(token.getState().token).toBe('token-2');
    expect(gateway.requests).toHaveLength(2);
  });

  test('without a component creates a source for the call', async () => {
    const { gateway, createSource, token } = start();
    expect(await during(1, token.getState().getToken())).toBe('token-1');
    expect(vi.getTimerCount()).toBe(0);
    gateway.answer = () => ({ code: 'FORBIDDEN' });
    await expect(during(1, token.getState().getToken())).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(createSource).toHaveBeenCalledTimes(2);
    await pass(600);
    expect([vi.getTimerCount(), gateway.requests.length]).toEqual([0, 2]);
  });

  test('that waits at the unmount is answered, and the source ends then', async () => {
    const { gateway, token, mount } = start();
    const unmount = mount();
    const asking = token.getState().getToken();
    unmount();
    expect(await during(1, asking)).toBe('token-1');
    expect([gateway.requests.length, vi.getTimerCount()]).toEqual([1, 0]);
    expect(token.getState().isLoading).toBe(true);
  });

  test('while the session is awaited, returns a token that components do not see', async () => {
    const { token, states, mount } = start('awaited');
    const unmount = mount();
    expect(await during(1, token.getState().getToken())).toBe('token-1');
    expect([states, token.getState().isLoading]).toEqual([[], true]);
    unmount();
    await pass(1);
  });

  test('calls that overlap without a component do not end each other', async () => {
    const { createSource, token } = start();
    const { getToken, refresh } = token.getState();
    const first = getToken();
    await pass(0.05);
    const others = [getToken({ forceRefresh: true }), refresh()];
    expect(await during(1, Promise.all([first, ...others]))).toEqual(['token-2', 'token-2', undefined]);
    expect([createSource.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0]);
  });

  test('rejects for a source that cannot be created', async () => {
    const token = shareToken(() => createTokenSource({} as never), 'known');
    await expect(token.getState().getToken()).rejects.toThrow(TypeError);
  });
});
