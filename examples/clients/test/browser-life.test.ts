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

    // For 30 s, concurrently.
    test.concurrent.for(['apollo', 'urql', 'graphql-request', 'relay', 'token-source'])(
      '%s signs in, asks and is told, and goes on after the end of a token of 30 s',
      { timeout: 90_000 },
      async (client, { expect, onTestFinished }) => {
        const world = await startPageWorld(browser, onTestFinished);
        const shown = await openPage(world.context, client, world.pagePort, { template: 'short' });
        const first = await shown.told();
        const { sub, iat, exp } = await world.verify(first);
        expect([sub, exp - iat]).toEqual(['user_ada', 30]);
        expect(await world.verify(await shown.askGateway())).toMatchObject({ sub });
        expect(await shown.askService()).toBe('You are user_ada.');

        await expect.poll(() => Date.now() / 1000, { timeout: 60_000, interval: 500 }).toBeGreaterThan(exp);
        await expect(world.verify(first)).rejects.toThrow(/exp/);
        const later = await shown.told();
        const successor = await world.verify(later);
        expect(later).not.toBe(first);
        // Before the token expires.
        expect(successor.iat).toBeLessThan(exp);
        expect(await world.verify(await shown.askGateway())).toMatchObject({ sub });
        expect(await shown.askService()).toBe('You are user_ada.');
        expect(await shown.log()).not.toContainEqual(expect.stringMatching(/[A-Z]_[A-Z]/));
        // The button requests a new token.
        expect(world.mints()).toBeLessThanOrEqual(client === 'token-source' ? 5 : 3);
      },
    );

    test.concurrent('token-source is offline when it is time to renew, and renews by itself when it is back', {
      timeout: 90_000,
    }, async ({ expect, onTestFinished }) => {
      const world = await startPageWorld(browser, onTestFinished);
      const shown = await openPage(world.context, 'token-source', world.pagePort, { template: 'short' });
      const first = await shown.told();
      const { exp } = await world.verify(first);
      await world.goOffline();
      await expect.poll(shown.log, { timeout: 40_000 }).toContain('Told: NETWORK_ERROR');
      expect(await shown.told()).toBe(first);
      await world.comeBack();
      await expect.poll(shown.told, { timeout: 40_000 }).not.toBe(first);
      expect((await world.verify(await shown.told())).exp).toBeGreaterThan(exp);
    });
  },
);
