import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { browserMissing, startBrowser } from '../../../test/support/browser.ts';
import { openPage, startPageWorld } from './page-world.ts';

const missing = browserMissing();

describe.skipIf(missing)(
  `Clerk's cookies in a real Chromium${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await startBrowser();
    });
    afterAll(() => browser?.close());

    /** Starts a gateway on localhost, and records the POST requests to it. */
    async function start() {
      const world = await startPageWorld(browser, onTestFinished);
      const posts = () => world.seen.filter(({ method }) => method === 'POST');
      return { world, posts };
    }
    const sameSite = { host: 'localhost' };

    test('sign in from an allowed origin of the same site: another port of the same host', async () => {
      const { world, posts } = await start();
      const shown = await openPage(world.context, 'cookies', world.pagePort, sameSite);
      expect(await world.verify(await shown.renewed())).toMatchObject({ sub: 'user_ada' });
      expect(await world.verify(await shown.requestToken())).toMatchObject({ sub: 'user_ada' });
      expect(await shown.queryService()).toBe('You are user_ada.');
      // The subscription and the token source.
      expect(posts().length).toBeGreaterThanOrEqual(2);
      for (const { headers } of posts()) {
        expect(headers.authorization).toBeUndefined();
        expect(headers.cookie).toMatch(/__session=.*__client_uat=/);
        expect(headers['sec-fetch-site']).toBe('same-site');
      }
    });

    test('are deleted at sign-out', async () => {
      const { world, posts } = await start();
      const shown = await openPage(world.context, 'cookies', world.pagePort, sameSite);
      await shown.renewed();
      await shown.page.click('#sign-out');
      await expect.poll(shown.who).toBe('Signed out.');
      expect(await world.context.cookies()).toEqual([]);
      const before = posts().length;
      const code = await shown.page.evaluate(async (url) => {
        const response = await fetch(url, {
          method: 'POST',
          credentials: 'include',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query: '{ sessionToken(template: "hasura") { jwt } }' }),
        });
        return (await response.json()).errors[0].extensions.code;
      }, `${world.gatewayOrigin()}/graphql`);
      expect(code).toBe('UNAUTHENTICATED');
      expect(posts().length).toBe(before + 1);
    });

    test('get nothing from a foreign origin of the same site, although the browser sends them', async () => {
      const { world, posts } = await start();
      const foreign = await world.servePage();
      const shown = await openPage(world.context, 'cookies', foreign, sameSite);
      expect(await shown.requestToken()).toBe('NETWORK_ERROR');
      // The preflight was refused, so only OPTIONS has arrived.
      expect(posts()).toEqual([]);
      expect(world.seen.length).toBeGreaterThan(0);

      // A request without a preflight arrives with the cookies, and the gateway refuses it.
      await shown.page.evaluate(async (url) => {
        const body = JSON.stringify({ query: '{ sessionToken(template: "hasura") { jwt } }' });
        await fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include', body });
      }, `${world.gatewayOrigin()}/graphql`);
      const [post] = posts();
      expect(post?.headers.cookie).toMatch(/__session=/);
      expect(post?.status()).toBeGreaterThanOrEqual(400);
      expect(world.mints()).toBe(0);
    });

    test('are not sent from another site, even an allowed one: its answer is UNAUTHENTICATED', async () => {
      const { world, posts } = await start();
      // A session is signed in on the gateway's own site.
      const home = await openPage(world.context, 'cookies', world.pagePort, sameSite);
      await home.renewed();
      const before = posts().length;
      const shown = await openPage(world.context, 'cookies', world.pagePort);
      expect(await shown.requestToken()).toBe('UNAUTHENTICATED');
      await expect.poll(shown.log).toContain('Renewal: UNAUTHENTICATED');
      const crossSite = posts()
        .slice(before)
        .filter(({ headers }) => headers['sec-fetch-site'] === 'cross-site');
      expect(crossSite.length).toBeGreaterThan(0);
      expect(crossSite.map(({ headers }) => headers.cookie)).toEqual(crossSite.map(() => undefined));
    });
  },
);
