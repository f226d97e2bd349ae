import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { browserMissing, startBrowser } from '../../../test/support/browser.ts';
import { openPage, startPageWorld } from './page-world.ts';

const missing = browserMissing();

describe.skipIf(missing)(
  `in a real Chromium, on another site${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await startBrowser();
    });
    afterAll(() => browser?.close());

    // Each takes 30 s, so they run concurrently.
    test.concurrent.for(['apollo', 'urql', 'graphql-request', 'relay', 'token-source'])(
      '%s signs in, requests a token, gets renewed ones, and continues after a token of 30 s has expired',
      { timeout: 90_000 },
      async (client, { expect, onTestFinished }) => {
        const world = await startPageWorld(browser, onTestFinished);
        const shown = await openPage(world.context, client, world.pagePort, { template: 'short' });
        const first = await shown.renewed();
        const { sub, iat, exp } = await world.verify(first);
        expect([sub, exp - iat]).toEqual(['user_ada', 30]);
        expect(await world.verify(await shown.requestToken())).toMatchObject({ sub });
        expect(await shown.queryService()).toBe('You are user_ada.');

        await expect.poll(() => Date.now() / 1000, { timeout: 60_000, interval: 500 }).toBeGreaterThan(exp);
        await expect(world.verify(first)).rejects.toThrow(/exp/);
        const later = await shown.renewed();
        const successor = await world.verify(later);
        expect(later).not.toBe(first);
        // The successor was minted before the first token expired.
        expect(successor.iat).toBeLessThan(exp);
        expect(await world.verify(await shown.requestToken())).toMatchObject({ sub });
        expect(await shown.queryService()).toBe('You are user_ada.');
        expect(await shown.log()).not.toContainEqual(expect.stringMatching(/[A-Z]_[A-Z]/));
        // The button requests a new token.
        expect(world.mints()).toBeLessThanOrEqual(client === 'token-source' ? 5 : 3);
      },
    );

    test.concurrent('token-source is offline when its token is due for renewal, and renews it when it is back online', {
      timeout: 90_000,
    }, async ({ expect, onTestFinished }) => {
      const world = await startPageWorld(browser, onTestFinished);
      const shown = await openPage(world.context, 'token-source', world.pagePort, { template: 'short' });
      const first = await shown.renewed();
      const { exp } = await world.verify(first);
      await world.goOffline();
      await expect.poll(shown.log, { timeout: 40_000 }).toContain('Renewal: NETWORK_ERROR');
      expect(await shown.renewed()).toBe(first);
      await world.comeBack();
      await expect.poll(shown.renewed, { timeout: 40_000 }).not.toBe(first);
      expect((await world.verify(await shown.renewed())).exp).toBeGreaterThan(exp);
    });
  },
);
