import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SessionTokenDocument } from '../../src/client/generated/graphql.ts';
import { browserMissing, startBrowser } from '../support/browser.ts';
import { atEndOfSuite, startDev } from '../support/command.ts';

const missing = browserMissing();

describe.skipIf(missing)(`in a real Chromium${missing ? ` (skipped: ${missing})` : ''}`, () => {
  const atEnd = atEndOfSuite();
  let browser: Browser;
  let page: Page;
  let dev: Awaited<ReturnType<typeof startDev>>;
  let allowed: Frontend;
  let foreign: Frontend;

  beforeAll(async () => {
    [browser, allowed, foreign] = await Promise.all([startBrowser(), startFrontend(), startFrontend()]);
    dev = await startDev([], { env: { MINTGATE_CORS_ORIGINS: allowed.origin }, atEnd });
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([allowed, foreign].map((frontend) => frontend?.close()));
  });
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  });
  afterEach(() => page.close());

  /** Presses play in GraphiQL, and returns the answer from the network. */
  async function play() {
    const answered = page.waitForResponse(
      (response) =>
        response.url() === dev.ready.url && response.request().postData()?.includes('Tokens') === true,
    );
    await page.click('.graphiql-execute-button');
    const response = await answered;
    return { request: response.request(), body: await response.json() };
  }

  test('X08 a visitor selects a session on the start page, presses play, and gets a token that jose verifies', async () => {
    await page.goto(new URL('/', dev.ready.url).href);
    await screenshot(page, 'start-page');
    await page.click('[data-session="sess_ada_acme"]');
    await page.waitForSelector('.graphiql-execute-button');
    await page.waitForSelector('text=Press play');
    const { body } = await play();
    await page.waitForSelector('.result-window :text("sess_ada_acme")');
    await screenshot(page, 'graphiql');

    expect(body.errors).toBeUndefined();
    expect(body.data.session).toMatchObject({ id: 'sess_ada_acme', organizationId: 'org_acme' });
    const keys = createRemoteJWKSet(new URL(`${dev.ready.clerkUrl}/.well-known/jwks.json`));
    const { payload, protectedHeader } = await jwtVerify(body.data.sessionToken.jwt, keys);
    expect(protectedHeader.alg).toBe('RS256');
    expect(payload).toEqual(body.data.sessionToken.claims);
    expect(payload.sub).toBe('user_ada');
  });

  test('a page that is open for an hour can still mint, because its session token is renewed', async () => {
    await page.clock.install();
    await page.goto(`${dev.ready.url}?session=sess_grace_acme`);
    await page.waitForSelector('.graphiql-execute-button');
    const first = await play();
    await page.clock.fastForward('01:00:00');
    const later = await play();
    const [before, after] = [first, later].map(({ request }) => request.headers().authorization);
    expect(before).toMatch(/^Bearer \S+$/);
    expect(after).toMatch(/^Bearer \S+$/);
    expect(after).not.toBe(before);
    expect(later.body.data.session.id).toBe('sess_grace_acme');
  });

  test('a subscription shows its first token, and stays open', async () => {
    const query = 'subscription { sessionToken(template: "short") { jwt expiresIn } }';
    await page.goto(`${dev.ready.url}?session=sess_ada&query=${encodeURIComponent(query)}`);
    await page.click('.graphiql-execute-button');
    await page.waitForSelector('.result-window :text("expiresIn")');
    // The button of a running subscription stops it.
    await page.waitForSelector('.graphiql-execute-button[aria-label^="Stop"]');
    await screenshot(page, 'subscription');
    await page.click('.graphiql-execute-button');
    await page.waitForSelector('.graphiql-execute-button[aria-label^="Execute"]');
  });

  test('the session that is selected above GraphiQL stays selected after a reload', async () => {
    await page.goto(`${dev.ready.url}?session=sess_ada`);
    await page.waitForSelector('.graphiql-execute-button');
    await page.selectOption('#mintgate-session', 'sess_grace_impersonated');
    const { body } = await play();
    expect(body.data.session.userId).toBe('user_grace');
    expect(body.errors[0].extensions.code).toBe('FORBIDDEN');
    await page.reload();
    await page.waitForSelector('.graphiql-execute-button');
    expect(await page.inputValue('#mintgate-session')).toBe('sess_grace_impersonated');
  });

  test('a returning visitor finds one tab with the query, and can press play at once', async () => {
    await page.goto(`${dev.ready.url}?session=sess_ada`);
    await page.waitForSelector('.graphiql-execute-button');
    await play();
    await page.reload();
    await page.waitForSelector('.graphiql-execute-button');
    await page.goto(new URL('/', dev.ready.url).href);
    await page.click('[data-session="sess_grace_acme"]');
    await page.waitForSelector('text=Press play');
    expect(await page.locator('.graphiql-tab-button').allInnerTexts()).toEqual(['Tokens']);
    expect((await play()).body.data.session.id).toBe('sess_grace_acme');
  });

  test('in a narrow window, the answer is below the query and has the same width', async () => {
    await page.setViewportSize({ width: 400, height: 860 });
    await page.goto(`${dev.ready.url}?session=sess_ada`);
    await page.waitForSelector('.graphiql-execute-button');
    const [query, answer] = await Promise.all(
      ['.graphiql-editors', '.graphiql-response'].map((part) => page.locator(part).boundingBox()),
    );
    expect(answer?.y).toBeGreaterThanOrEqual((query?.y ?? 0) + (query?.height ?? 0));
    expect(answer?.width).toBeGreaterThan(300);
    expect(answer?.width).toBe(query?.width);
  });

  test('the documentation shows every field with its description', async () => {
    await page.goto(`${dev.ready.url}?session=sess_ada`);
    await page.click('[aria-label*="Documentation"]');
    await page.click('.graphiql-doc-explorer a:text-is("Query")');
    await page.waitForSelector('text=minted from a JWT template for the calling session');
    await page.click('.graphiql-doc-explorer a:text-is("Token")');
    await page.waitForSelector("text=Whole seconds left by the gateway's clock");
    await screenshot(page, 'documentation');
  });

  test('the pages load no resources from other machines', async () => {
    const hosts = new Set<string>();
    page.on('request', (request) =>
      hosts.add(new URL(request.url()).protocol + new URL(request.url()).hostname),
    );
    await page.goto(new URL('/', dev.ready.url).href);
    await page.click('[data-session="sess_ada"]');
    await page.waitForSelector('.graphiql-execute-button');
    await play();
    hosts.delete('data:');
    hosts.delete('blob:');
    expect([...hosts]).toEqual(['http:127.0.0.1']);
  });

  test('X03 a page of an allowed origin queries with a Bearer token; one of a foreign origin cannot', async () => {
    const ask = async (frontend: Frontend) => {
      await page.goto(frontend.origin);
      return page.evaluate(
        async ({ url, query, token }) => {
          try {
            const response = await fetch(url, {
              method: 'POST',
              headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
              body: JSON.stringify({ query, variables: { template: 'minimal' } }),
            });
            return await response.json();
          } catch (error) {
            return { refused: String(error) };
          }
        },
        { url: dev.ready.url, query: SessionTokenDocument.toString(), token: await freshToken('sess_ada') },
      );
    };
    expect(await ask(allowed)).toMatchObject({ data: { sessionToken: { expiresIn: expect.any(Number) } } });
    expect(await ask(foreign)).toEqual({ refused: 'TypeError: Failed to fetch' });
  });

  async function freshToken(sessionId: string): Promise<string> {
    const response = await fetch(new URL(`/dev/sessions/${sessionId}/token`, dev.ready.url), {
      method: 'POST',
    });
    return response.text();
  }
});

/** A server of an empty page, on another origin than the gateway. */
interface Frontend {
  origin: string;
  close(): Promise<unknown>;
}

async function startFrontend(): Promise<Frontend> {
  const server: Server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>frontend</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

/** Saves a screenshot into the folder of the variable `SCREENSHOTS`, if it is set. */
async function screenshot(page: Page, name: string): Promise<void> {
  const { SCREENSHOTS: folder } = process.env;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}
