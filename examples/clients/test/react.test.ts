import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserMissing, startBrowser } from '../../../test/support/browser.ts';
import type { Seen } from './react/app.tsx';
import type { ReactName } from './react/bundle-react.ts';
import { startReactWorld } from './react/react-world.ts';

const missing = browserMissing();

/** The claim of the demo template `hasura` that names the organization. */
const organizationOf = ({ claims }: Seen) =>
  (claims?.['https://hasura.io/jwt/claims'] as Record<string, unknown>)?.['x-hasura-org-id'];

describe.skipIf(missing)(`in a real Chromium${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  describe.each<{ name: ReactName; version: string }>([
    { name: 'React 18', version: '18.3.1' },
    { name: 'React 19', version: '19.3.1' },
  ])('$name', ({ name, version }) => {
    test('hydrates what a server has rendered; components share one request in Strict Mode, and query a service', async ({
      onTestFinished,
    }) => {
      const world = await startReactWorld(browser, onTestFinished, name);
      expect(world.rendered).toBe('<p>Loading</p><p>Loading</p><p id="watched">none</p>');
      await expect.poll(world.profiles).toEqual(['Token of user_ada', 'Token of user_ada']);
      expect([await world.version(), world.requestCount(), world.mints()]).toEqual([version, 1, 1]);
      await world.page.getByText('Query the service').first().click();
      await expect.poll(() => world.page.locator('output').allTextContents()).toEqual(['user_ada', '']);
      const before = await world.watched();
      await world.page.getByText('Get a new token').last().click();
      await expect.poll(world.watched).not.toBe(before);
      expect([world.requestCount(), world.mints()]).toEqual([2, 2]);
      expect(world.errors).toEqual([]);
    });

    test('a sign-out drops the token in the same rendering, and the next session gets its own', async ({
      onTestFinished,
    }) => {
      const world = await startReactWorld(browser, onTestFinished, name);
      await expect.poll(world.profiles).toEqual(['Token of user_ada', 'Token of user_ada']);
      await world.signOut();
      await expect.poll(world.profiles).toEqual(['Signed out', 'Signed out']);
      expect(world.requestCount()).toBe(1);
      await world.setActive({ session: 'sess_grace_acme' });
      await expect.poll(world.profiles).toEqual(['Token of user_grace', 'Token of user_grace']);
      const seen = await world.seen();
      const users = { sess_ada: 'user_ada', sess_grace_acme: 'user_grace' } as Record<string, string>;
      for (const { session, token, claims } of seen) {
        expect(claims?.sub ?? null).toBe(token && users[session ?? '']);
      }
      expect([world.requestCount(), world.mints()]).toEqual([2, 2]);
      expect(world.errors).toEqual([]);
    });

    test('while React does not know of the next session, components are loading, and no token is requested', async ({
      onTestFinished,
    }) => {
      const world = await startReactWorld(browser, onTestFinished, name);
      await expect.poll(world.profiles).toEqual(['Token of user_ada', 'Token of user_ada']);
      await world.switchUnnoticed('sess_grace_acme');
      await world.page.getByText('Get a new token').first().click();
      await expect.poll(world.profiles).toEqual(['Loading', 'Loading']);
      expect(world.requestCount()).toBe(1);
      await world.setActive({ session: 'sess_grace_acme' });
      await expect.poll(world.profiles).toEqual(['Token of user_grace', 'Token of user_grace']);
      const shown = (await world.seen()).filter(({ token }) => token);
      const pairs = shown.map(({ session, claims }) => `${session} ${claims?.sub}`);
      expect(new Set(pairs)).toEqual(new Set(['sess_ada user_ada', 'sess_grace_acme user_grace']));
      expect([world.requestCount(), world.errors]).toEqual([2, []]);
    });

    test('another organization gets another token, and no rendering sees that of the one before', async ({
      onTestFinished,
    }) => {
      const world = await startReactWorld(browser, onTestFinished, name, { session: 'sess_ada_acme' });
      await expect.poll(world.watched).toMatch(/^ey/);
      await world.setActive({ session: 'sess_ada_acme', organization: 'org_globex' });
      const last = async () => (await world.seen()).at(-1) as Seen;
      await expect.poll(async () => organizationOf(await last())).toBe('org_globex');
      const withToken = (await world.seen()).filter(({ token }) => token);
      expect(new Set(withToken.map(({ organization }) => organization))).toEqual(
        new Set(['org_acme', 'org_globex']),
      );
      for (const each of withToken) expect(organizationOf(each)).toBe(each.organization);
      expect(world.errors).toEqual([]);
    });

    test('a refused template has an error, which is that of the present organization', async ({
      onTestFinished,
    }) => {
      const options = { session: 'sess_ada_acme', template: 'reports' };
      const world = await startReactWorld(browser, onTestFinished, name, options);
      await expect.poll(world.watched).toMatch(/^ey/);
      await world.setActive({ session: 'sess_ada_acme', organization: 'org_globex' });
      await expect.poll(world.watched).toBe('FORBIDDEN');
      await world.setActive({ session: 'sess_ada_acme', organization: 'org_acme' });
      await expect.poll(world.watched).toMatch(/^ey/);
      const refused = (await world.seen()).filter(({ error }) => error);
      expect(new Set(refused.map(({ organization }) => organization))).toEqual(new Set(['org_globex']));
    });

    test('without hooks of Clerk, the provider compares the session of each rendering', async ({
      onTestFinished,
    }) => {
      const world = await startReactWorld(browser, onTestFinished, name, { by: 'credentials' });
      expect(world.rendered).toBe('<p id="watched">none</p>');
      await expect.poll(world.watched).toMatch(/^ey/);
      const first = await world.watched();
      await world.setActive({ session: 'sess_grace_acme' });
      await expect.poll(world.watched).toMatch(/^ey/);
      await expect.poll(world.watched).not.toBe(first);
      await world.signOut();
      await expect.poll(world.watched).toBe('none');
      const shown = (await world.seen()).filter(({ token }) => token);
      const pairs = shown.map(({ session, claims }) => `${session} ${claims?.sub}`);
      expect(new Set(pairs)).toEqual(new Set(['sess_ada user_ada', 'sess_grace_acme user_grace']));
      expect([world.requestCount(), world.errors]).toEqual([2, []]);
    });
  });

  test('a token of 30 s is renewed before it expires, until the components are unmounted', {
    timeout: 90_000,
  }, async ({ onTestFinished }) => {
    const world = await startReactWorld(browser, onTestFinished, 'React 19', { template: 'short' });
    await expect.poll(world.watched).toMatch(/^ey/);
    const first = await world.watched();
    expect(world.mints()).toBe(2);
    await expect.poll(world.watched, { timeout: 30_000, interval: 250 }).not.toBe(first);
    const tokens = (await world.seen()).filter(({ claims }) => claims).map(({ claims }) => claims);
    const { exp } = tokens[0] as { exp: number };
    expect((tokens.at(-1) as { iat: number }).iat).toBeLessThan(exp);
    expect((await world.seen()).filter(({ token }) => token === null).every(({ error }) => !error)).toBe(
      true,
    );
    // The gateway may return the first token once more, while it mints the next one.
    expect(world.mints()).toBe(3);
    await world.unmount();
    expect(await world.page.locator('#root').innerHTML()).toBe('');
    expect(world.errors).toEqual([]);
  });
});
