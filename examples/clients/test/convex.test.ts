import type { AddressInfo } from 'node:net';
import { type AuthTokenFetcher, ConvexClient } from 'convex/browser';
import type { TokenChange } from 'mintgate/client';
import { describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { clerkTokenSource } from '../clerk.ts';
import { convexToken } from '../convex.ts';
import { startShortTokens } from './short-tokens.ts';
import { failures, useWorld } from './world.ts';

const world = useWorld();

/** A stand-in for a Convex deployment, limited to tokens. */
async function deployment() {
  const tokens: string[] = [];
  const refused = new Set<string>();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  world.atEnd(() => {
    for (const client of server.clients) client.terminate();
    return new Promise((resolve) => server.close(resolve));
  });
  const version = (identity: number) => ({ querySet: 0, identity, ts: 'AAAAAAAAAAA=' });
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      const { type, value, baseVersion } = JSON.parse(String(data));
      if (type !== 'Authenticate') return;
      if (value) tokens.push(value);
      const [startVersion, endVersion] = [version(baseVersion), version(baseVersion + 1)];
      const answer = refused.has(value)
        ? { type: 'AuthError', error: 'no', baseVersion, authUpdateAttempted: true }
        : { type: 'Transition', startVersion, endVersion, modifications: [] };
      socket.send(JSON.stringify(answer));
    });
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { tokens, url, refuse: (token: string) => refused.add(token) };
}

/** Creates a Convex client of a new deployment. */
async function connect(fetchToken: AuthTokenFetcher, options = {}) {
  const { tokens, url, refuse } = await deployment();
  const client = new ConvexClient(url, { unsavedChangesWarning: false, logger: false, ...options });
  world.atEnd(() => client.close());
  const requests: boolean[] = [];
  /** The states that it reported: whether a user is signed in. */
  const changes: boolean[] = [];
  const begin = () =>
    client.setAuth(
      (wanted) => {
        requests.push(wanted.forceRefreshToken);
        return fetchToken(wanted);
      },
      (signedIn) => changes.push(signedIn),
    );
  return { tokens, refuse, requests, changes, begin };
}

describe('Convex', () => {
  test('authenticates with the token, and requests a new one once that is accepted', async () => {
    const { source } = await world.start();
    const { tokens, requests, begin } = await connect(convexToken(source));
    begin();
    await expect.poll(() => tokens).toHaveLength(2);
    expect(requests).toEqual([false, true]);
    expect(new Set(tokens).size).toBe(2);
    expect(tokens[1]).toBe(await source.getToken());
    expect(world.mints()).toBe(2);
  });

  test('requests no new token at the start with initialAuthTokenReuse', async () => {
    const { source } = await world.start();
    const { changes, requests, begin } = await connect(convexToken(source), { initialAuthTokenReuse: true });
    begin();
    await expect.poll(() => changes).toEqual([true]);
    expect(requests).toEqual([false]);
  });

  test.each(failures)('stays signed in with the held token during %s', async (_what, begin) => {
    const started = await world.start();
    const held = await started.source.getToken();
    const reported: TokenChange[] = [];
    started.source.subscribe((change) => reported.push(change));
    const end = await begin(world, started);
    const convex = await connect(convexToken(started.source));
    convex.begin();
    await expect.poll(() => reported.at(-1)?.error).toBeTruthy();
    expect(convex).toMatchObject({ tokens: [held], changes: [true], requests: [false, true] });
    await end();
    // The limit of forced tokens lasts longer than a test.
    const failed = reported.at(-1)?.error?.code !== 'RATE_LIMITED';
    if (failed) await expect.poll(() => convex.tokens, { timeout: 20_000 }).toHaveLength(2);
    expect(convex.changes).not.toContain(false);
  });

  test.each(failures.slice(1))(
    'without a held token waits during %s, and is signed in after it',
    async (_what, begin) => {
      const started = await world.start();
      const reported: TokenChange[] = [];
      started.source.subscribe((change) => reported.push(change));
      const end = await begin(world, started);
      const { tokens, changes, begin: setAuth } = await connect(convexToken(started.source));
      setAuth();
      // The call, and an attempt of the source a second later.
      await expect.poll(() => reported.length).toBeGreaterThan(1);
      expect([tokens, changes]).toEqual([[], []]);
      await end();
      await expect.poll(() => changes, { timeout: 20_000 }).toContain(true);
      expect(changes).not.toContain(false);
    },
  );

  test('signs in with the next token after it refused the held one during a failure', async () => {
    const { gateway, source } = await startShortTokens(4, world.atEnd);
    gateway.refuse = (fresh) => (fresh ? { code: 'RATE_LIMITED', retryAfter: 60 } : undefined);
    const { tokens, changes, refuse, begin } = await connect(convexToken(source), {
      authRefreshTokenLeewaySeconds: 1,
    });
    refuse((await source.getToken()) ?? '');
    begin();
    await expect.poll(() => changes, { timeout: 20_000 }).toContain(true);
    expect(changes).not.toContain(false);
    expect(tokens.length).toBeGreaterThanOrEqual(2);
  });

  test('stays signed in while no new token is available', async () => {
    const { gateway, source } = await startShortTokens(4, world.atEnd);
    gateway.refuse = (fresh) => (fresh ? { code: 'RATE_LIMITED', retryAfter: 60 } : undefined);
    const { tokens, changes, begin } = await connect(convexToken(source), {
      authRefreshTokenLeewaySeconds: 1,
    });
    begin();
    await expect.poll(() => tokens.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(4);
    expect(changes).not.toContain(false);
  });

  test('is signed out after the sign-out', async () => {
    const { source, browser } = await world.start();
    browser.change(null);
    const { tokens, changes, begin } = await connect(convexToken(source));
    begin();
    await expect.poll(() => changes).toEqual([false]);
    expect(tokens).toEqual([]);
  });

  test.each([
    ['the template is unknown', 'unknown'],
    ['the policy refuses the caller', 'reports'],
  ])('is signed out when %s', async (_why, template) => {
    const { url, browser } = await world.start();
    const source = clerkTokenSource(browser.clerk, url, template);
    world.atEnd(() => source.dispose());
    const { changes, begin } = await connect(convexToken(source));
    begin();
    await expect.poll(() => changes).toEqual([false]);
  });

  test('is signed out when the session has ended', async () => {
    const { source, browser } = await world.start();
    browser.give(await world.clerk.mintSessionToken('sess_ada'));
    await source.getToken();
    world.clerk.controls.setSessionStatus('sess_ada', 'ended');
    const { changes, begin } = await connect(convexToken(source));
    begin();
    await expect.poll(() => changes).toEqual([true, false]);
  });
});

test('a held token that Convex does not have is returned when no new one is available', async () => {
  const started = await world.start();
  const held = await started.source.getToken();
  await failures[0]?.[1](world, started);
  expect(await convexToken(started.source)({ forceRefreshToken: true })).toBe(held);
});
