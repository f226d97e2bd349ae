import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserMissing, startBrowser } from '../support/browser.ts';
import { exchangeForm, tokenExchange } from '../support/exchange.ts';
import { useGateways } from '../support/gateway.ts';
import { serveGateway } from '../support/serve-gateway.ts';

const missing = browserMissing();

describe.skipIf(missing)(`in a real Chromium${missing ? ` (skipped: ${missing})` : ''}`, () => {
  const world = useGateways();
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  test.each(['origin', 'no-referrer'])(
    'E05 a form of a foreign page is refused, with the referrer policy %s',
    async (policy) => {
      const gateway = world.start({ tokenExchange });
      const origins: unknown[] = [];
      const { url } = await serveGateway((request, response) => {
        if (request.method === 'POST') origins.push(request.headers.origin);
        gateway(request, response);
      });
      const form = exchangeForm({ subject_token: await world.clerk.mintSessionToken('sess_ada') });
      const action = url.replace(/graphql$/, 'token');
      const foreign = await serveGateway((_request, response) =>
        response.setHeader('content-type', 'text/html').end(pageWith(form, action, policy)),
      );
      const page = await browser.newPage();
      await page.goto(foreign.url);
      const [answer] = await Promise.all([page.waitForResponse(action), page.click('button')]);
      await page.close();
      expect(answer.status()).toBe(403);
      expect(origins).toEqual([policy === 'origin' ? new URL(foreign.url).origin : 'null']);
      expect(world.requests()).toBe(0);
    },
  );
});

/** Returns a page with a form. */
function pageWith(form: URLSearchParams, action: string, referrerPolicy: string): string {
  const fields = [...form].map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
  return `<!doctype html><meta name="referrer" content="${referrerPolicy}">
    <form method="post" action="${action}">${fields.join('')}<button>Win</button></form>`;
}
