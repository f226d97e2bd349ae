import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, type TestContext, test } from 'vitest';
import { browserMissing, startBrowser } from '../../../test/support/browser.ts';
import { clerkEvents, signWebhook } from '../../../test/support/clerk-events.ts';
import { openPage, startPageWorld } from './page-world.ts';

const missing = browserMissing();

/** Long enough to notice a loop of requests. */
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 3000));

describe.skipIf(missing)(`in a real Chromium${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  /** Opens a page with a gateway that renews tokens every second, and waits until the page has two of them. */
  async function start(
    client: string,
    { expect, onTestFinished }: TestContext,
    way: 'direct' | 'line' = 'direct',
  ) {
    const templates = { hasura: { maxCacheAge: 1 } };
    const world = await startPageWorld(browser, onTestFinished, { templates });
    if (way === 'line') await world.layLine();
    const shown = await openPage(world.context, client, world.pagePort);
    await shown.renewed();
    if (client !== 'token-source') await expect.poll(shown.count, { timeout: 20_000 }).toBeGreaterThan(1);
    return { world, shown };
  }

  /** Waits until a token is shown that was minted after a moment. @param since - milliseconds since the epoch */
  async function renewedAfter(
    since: number,
    { world, shown }: Awaited<ReturnType<typeof start>>,
    { expect }: TestContext,
  ) {
    const iat = async () => (await world.verify(await shown.renewed())).iat;
    await expect.poll(iat, { timeout: 40_000 }).toBeGreaterThanOrEqual(Math.floor(since / 1000));
  }

  const subscribers = ['apollo', 'urql', 'graphql-request', 'relay'];
  const all = [...subscribers, 'token-source'];

  test.concurrent.for(all)(
    '%s drops its tokens after a revocation, and sends no further requests',
    { timeout: 90_000 },
    async (client, context) => {
      const { expect } = context;
      const { world, shown } = await start(client, context);
      const before = world.requestCount();
      await world.revoke('sess_ada');
      // Without a subscription, it notices the revocation at its next request.
      if (client === 'token-source') await shown.page.click('#requested [data-do]');
      await expect.poll(shown.log, { timeout: 20_000 }).toContain('Renewal: UNAUTHENTICATED');
      await expect.poll(shown.who, { timeout: 20_000 }).toBe('Signed out.');
      expect(await shown.tokens()).toBe(0);
      await aWhile();
      expect(world.requestCount() - before).toBeLessThanOrEqual(2);
    },
  );

  test.concurrent.for(subscribers)(
    '%s retries once with a new session token and then gives up, when only the gateway knows that the session has ended',
    { timeout: 90_000 },
    async (client, context) => {
      const { expect } = context;
      const { world, shown } = await start(client, context);
      const before = world.requestCount();
      const { body, headers } = signWebhook(
        world.webhookSigningSecret,
        clerkEvents().session('revoked', 'sess_ada'),
      );
      await fetch(`${world.gatewayOrigin()}/webhooks/clerk`, { method: 'POST', body, headers });
      await expect.poll(shown.log, { timeout: 20_000 }).toContain('Renewal: no further token');
      expect(await shown.log()).toContain('Renewal: UNAUTHENTICATED');
      await aWhile();
      expect(world.requestCount() - before).toBe(1);
      expect(await shown.requestToken()).toBe('UNAUTHENTICATED');
    },
  );

  test.concurrent.for(
    subscribers.flatMap(
      (client) =>
        [
          [client, 'crash'],
          [client, 'shutdown'],
        ] as const,
    ),
  )('%s continues after a %s of the gateway', { timeout: 90_000 }, async ([client, how], context) => {
    const { expect } = context;
    const running = await start(client, context);
    const { world, shown } = running;
    await world.end(how);
    expect(await shown.requestToken()).toBe('NETWORK_ERROR');
    await aWhile();
    const back = Date.now();
    await world.start();
    await renewedAfter(back, running, context);
    const count = await shown.count();
    await expect.poll(shown.count, { timeout: 20_000 }).toBeGreaterThan(count);
    expect(await world.verify(await shown.requestToken())).toMatchObject({ sub: 'user_ada' });
    expect(await shown.queryService()).toBe('You are user_ada.');
  });

  test.concurrent.for(subscribers)(
    '%s continues after a time offline',
    { timeout: 90_000 },
    async (client, context) => {
      const { expect } = context;
      const running = await start(client, context, 'line');
      const { world, shown } = running;
      const notice = shown.page.locator('#offline');
      expect(await notice.isVisible()).toBe(false);
      await world.goOffline();
      // The page queries its own server first.
      await expect.poll(() => notice.isVisible()).toBe(true);
      expect(await shown.requestToken()).toBe('NETWORK_ERROR');
      await aWhile();
      const back = Date.now();
      expect((await world.verify(await shown.renewed())).iat).toBeLessThan(Math.floor(back / 1000));
      await world.comeBack();
      await renewedAfter(back, running, context);
      await expect.poll(() => notice.isVisible()).toBe(false);
      expect(await world.verify(await shown.requestToken())).toMatchObject({ sub: 'user_ada' });
      expect(await shown.queryService()).toBe('You are user_ada.');
    },
  );

  test.concurrent.for(['crash', 'shutdown'] as const)(
    'token-source returns its held token during a %s of the gateway, and a new one after it',
    { timeout: 90_000 },
    async (how, context) => {
      const { expect } = context;
      const { world, shown } = await start('token-source', context);
      await world.end(how);
      expect(await shown.requestToken()).toBe('NETWORK_ERROR');
      expect(await shown.queryService()).toBe('You are user_ada.');
      const held = await shown.renewed();
      await world.start();
      const fresh = await shown.requestToken();
      expect(fresh).not.toBe(held);
      expect(await world.verify(fresh)).toMatchObject({ sub: 'user_ada' });
    },
  );
});
