import { expect, test } from 'vitest';
import type { SessionTokenGetter } from '../../src/client/token-source-options.ts';
import { pinSession } from '../../src/react/pinned-session.ts';
import type { SessionKnowledge } from '../../src/react/shared-token.ts';

/** Pins credentials that name the session `ada`, and that a later rendering may replace. */
function start(session: SessionKnowledge = 'known') {
  const sdk = { signedIn: 'ada' as string | null, reads: 0 };
  const credentialsOf = (identity: () => string | null): SessionTokenGetter => ({
    getToken: async () => {
      sdk.reads += 1;
      return sdk.signedIn && `token of ${sdk.signedIn}`;
    },
    identity,
  });
  let present = credentialsOf(() => 'ada');
  const pinned = pinSession(present, () => present, session);
  const read = async () => pinned.getToken({ skipCache: false });
  const render = (identity: () => string | null) => {
    present = credentialsOf(identity);
  };
  return { sdk, pinned, read, render };
}

test('the session of the rendering is read, by the credentials of the last rendering', async () => {
  const { sdk, pinned, read, render } = start();
  expect(await read()).toBe('token of ada');
  render(() => 'ada');
  expect([await read(), pinned.identity?.(), sdk.reads]).toEqual(['token of ada', 'ada', 2]);
});

test('after another session is rendered, it is not read', async () => {
  const { sdk, pinned, read, render } = start();
  render(() => 'grace');
  await expect(read()).rejects.toMatchObject({ name: 'TokenError', code: 'SESSION_CHANGED' });
  expect([pinned.identity?.(), sdk.reads]).toEqual(['grace', 0]);
  render(() => 'ada');
  expect(await read()).toBe('token of ada');
});

test('a session that changes during the read is refused, also when identity names it before a rendering', async () => {
  const { sdk, read, render } = start();
  render(() => sdk.signedIn);
  const reading = read();
  sdk.signedIn = 'grace';
  await expect(reading).rejects.toMatchObject({ code: 'SESSION_CHANGED' });
  await expect(read()).rejects.toMatchObject({ code: 'SESSION_CHANGED' });
});

test('before the session is known, any session is read', async () => {
  const { read, render, pinned } = start('awaited');
  render(() => 'grace');
  expect([await read(), pinned.identity?.()]).toEqual(['token of ada', 'grace']);
});

test('without identity, any session is read, and none is named', async () => {
  const credentials = { getToken: () => 'token' };
  const pinned = pinSession(credentials, () => credentials, 'known');
  expect(await pinned.getToken({ skipCache: false })).toBe('token');
  expect(pinned.identity).toBeUndefined();
});
