import { describe, expect, test, vi } from 'vitest';
import { createTokenSource } from '../../src/client/index.ts';
import { pinSession } from '../../src/react/pinned-session.ts';
import { shareToken } from '../../src/react/shared-token.ts';
import type { TokenState } from '../../src/react/token-state.ts';
import { fakeGateway } from '../client/fake-gateway.ts';
import { useFakeTime } from '../support/fake-time.ts';

const { pass, during } = useFakeTime();

/** Returns the values of a state without its functions. */
const valuesOf = ({ token, error, isLoading }: TokenState) => [token, error?.code ?? null, isLoading];

describe('after another session has signed in', () => {
  /** Shares the token of a rendering that shows Ada. `sdk` has the live session, and `sdk.rendered` that of the last rendering. */
  function startPinned() {
    const gateway = fakeGateway();
    gateway.answer = ({ bearer }) => ({ jwt: `token of ${bearer}`, expiresIn: 60 });
    const sdk = { live: 'ada', rendered: () => 'ada' };
    const credentials = { getToken: async () => sdk.live, identity: () => sdk.rendered() };
    const pinned = pinSession(credentials, () => credentials, 'known');
    const options = { url: gateway.url, template: 'hasura', fetch: gateway.fetch, credentials: pinned };
    const token = shareToken(() => createTokenSource(options), 'known');
    const states: TokenState[] = [];
    const unmount = token.subscribe(() => void states.push(token.getState()));
    return { gateway, sdk, token, states, unmount };
  }

  test('a component of the session before is loading, without a request, until its own session returns', async () => {
    const { gateway, sdk, token, states, unmount } = startPinned();
    await pass(1);
    sdk.rendered = () => sdk.live;
    sdk.live = 'grace';
    await pass(300);
    await during(1, token.getState().refresh());
    expect(states.map(valuesOf)).toEqual([
      ['token of ada', null, false],
      [null, null, true],
    ]);
    expect(gateway.requests).toHaveLength(1);
    sdk.live = 'ada';
    await pass(31);
    expect(valuesOf(token.getState())).toEqual(['token of ada', null, false]);
    unmount();
    await pass(1);
  });

  test('getToken of the rendering before rejects with SESSION_CHANGED: calls that wait, and later ones', async () => {
    const { gateway, sdk, token, unmount } = startPinned();
    const { getToken } = token.getState();
    const refused = async (call: Promise<unknown>) =>
      expect(call).rejects.toMatchObject({ code: 'SESSION_CHANGED' });
    const waiting = refused(getToken());
    await pass(0.05);
    // The next rendering: its components use another token.
    sdk.live = 'grace';
    sdk.rendered = () => 'grace';
    unmount();
    const overlapping = [refused(getToken()), refused(getToken({ forceRefresh: true }))];
    await during(1, Promise.all([waiting, ...overlapping]));
    await during(1, refused(getToken()));
    expect([gateway.requests.length, vi.getTimerCount()]).toEqual([1, 0]);
  });
});
