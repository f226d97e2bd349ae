import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SessionTokenDocument } from '../../src/client/generated/graphql.ts';
import { browserMissing, startBrowser } from '../support/browser.ts';
import { atEndOfSuite, startDev } from '../support/command.ts';
import { faintTexts } from '../support/contrast.ts';

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

  /** Opens GraphiQL. Its request for the schema must have been answered: a later answer would count as that of a test. */
  async function openGraphiQL(session: string): Promise<void> {
    const schema = page.waitForResponse(
      (response) => response.request().postData()?.includes('IntrospectionQuery') === true,
    );
    await page.goto(`${dev.ready.url}?session=${session}`);
    await (await schema).finished();
    await page.waitForSelector('.graphiql-execute-button');
  }

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
    await page.waitForSelector('.result-window :text("org_acme")');
    await screenshot(page, 'graphiql');
    expect(await page.getByText('Mintgate').filter({ visible: true }).count()).toBe(1);
    expect(await page.locator('.graphiql-logo').isVisible()).toBe(false);

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
    await openGraphiQL('sess_grace_acme');
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
    await openGraphiQL('sess_ada');
    await page.selectOption('#mintgate-session', 'sess_grace_impersonated');
    const { body } = await play();
    expect(body.data.session.userId).toBe('user_grace');
    expect(body.errors[0].extensions.code).toBe('FORBIDDEN');
    await page.reload();
    await page.waitForSelector('.graphiql-execute-button');
    expect(await page.inputValue('#mintgate-session')).toBe('sess_grace_impersonated');
  });

  test('a returning visitor finds one tab with the query, and can press play at once', async () => {
    await openGraphiQL('sess_ada');
    await play();
    await page.reload();
    await page.waitForSelector('.graphiql-execute-button');
    await page.goto(new URL('/', dev.ready.url).href);
    await page.click('[data-session="sess_grace_acme"]');
    // GraphiQL renders its tabs with this button. The line above it is part of the page.
    await page.waitForSelector('.graphiql-execute-button');
    await page.waitForSelector('text=Press play');
    expect(await page.locator('.graphiql-tab-button').allInnerTexts()).toEqual(['Tokens']);
    expect((await play()).body.data.session.id).toBe('sess_grace_acme');
  });

  test('a button copies a token of its session, and another the commands, by keyboard too', async () => {
    const { origin } = new URL(dev.ready.url);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
    const copied = () => page.evaluate('navigator.clipboard.readText()') as Promise<string>;
    const reported = (name: string) => page.waitForSelector(`[role="status"]:text-is("Copied: ${name}")`);
    await page.goto(origin);
    await page.getByRole('button', { name: 'Copy token of Ada Lovelace: Acme admin' }).click();
    await reported('token of Ada Lovelace: Acme admin');
    expect(decodeJwt(await copied()).sid).toBe('sess_ada_acme');
    await page.getByRole('button', { name: 'Copy the commands' }).press('Enter');
    await reported('the commands for a token');
    expect(await copied()).toBe(await page.locator('#commands').textContent());
    expect(await copied()).toMatch(/^TOKEN=.*\/dev\/sessions\/sess_ada\/token/);
  });

  test('a copy button says so when mintgate dev does not answer', async () => {
    await page.goto(new URL('/', dev.ready.url).href);
    await page.route('**/dev/sessions/**', (route) => route.abort('connectionrefused'));
    await page.getByRole('button', { name: 'Copy token of Grace Hopper: Revoked' }).click();
    await page.waitForSelector('[role="status"]:text("mintgate dev does not answer. Is it running?")');
  });

  test('a visitor who chooses to be signed out, or a session that does not exist, sends no token', async () => {
    await page.goto(new URL('/', dev.ready.url).href);
    await page.click('[data-session=""]');
    await page.waitForSelector('.graphiql-execute-button');
    expect(await page.locator('#mintgate-session option:checked').textContent()).toBe('Signed out');
    const { request, body } = await play();
    expect(request.headers().authorization).toBeUndefined();
    expect(body.data.session).toBeNull();
    expect(body.errors[0].extensions.code).toBe('UNAUTHENTICATED');
    await page.getByLabel('Session', { exact: true }).selectOption('sess_ada');
    expect((await play()).body.data.session.id).toBe('sess_ada');

    await openGraphiQL('sess_gone');
    const note = page.locator('#mintgate-note');
    expect(await note.textContent()).toBe('There is no session sess_gone in the data: you are signed out.');
    expect((await play()).body.data.session).toBeNull();
    await page.selectOption('#mintgate-session', 'sess_ada');
    expect(await note.textContent()).toBe('');
  });

  test('a request that finds no gateway is explained in words, until one succeeds', async () => {
    await openGraphiQL('sess_ada');
    await page.route(dev.ready.url, (route) => route.abort('connectionrefused'));
    await page.click('.graphiql-execute-button');
    const explained = `${new URL(dev.ready.url).host} does not answer. Is the gateway running?`;
    await page.waitForSelector(`#mintgate-note:text-is("${explained}")`);
    await page.waitForSelector('.result-window :text("Is the gateway running?")');
    await page.unroute(dev.ready.url);
    await play();
    expect(await page.locator('#mintgate-note').textContent()).toBe('');
  });

  test.each([
    ['light', 'rgb(246, 247, 249)'],
    ['dark', 'rgb(20, 22, 27)'],
  ] as const)('every text has a contrast of 4.5:1 in %s mode', async (colorScheme, background) => {
    await page.emulateMedia({ colorScheme });
    await page.goto(new URL('/', dev.ready.url).href);
    await screenshot(page, `start-page-${colorScheme}`);
    expect(await faintTexts(page)).toEqual([]);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(background);
    await openGraphiQL('sess_gone');
    await play();
    await page.waitForSelector('.result-window :text("UNAUTHENTICATED")');
    await page.click('[aria-label*="Documentation"]');
    await page.click('.graphiql-doc-explorer a:text-is("Query")');
    await page.waitForSelector('.graphiql-doc-explorer-argument-name');
    await screenshot(page, `graphiql-${colorScheme}`);
    expect(await faintTexts(page)).toEqual([]);
  });

  test('a faint text would be found, also on a tinted or translucent background', async () => {
    await page.setContent(`<p style="color: #767676">enough</p><p style="color: #888">grey</p>
      <div style="background: #000"><p style="color: #fff; opacity: .4">dimmed</p></div>
      <div style="background: rgb(0 0 0 / 50%)"><p style="color: #444">on grey</p></div>`);
    expect((await faintTexts(page)).map(({ text }) => text)).toEqual(['grey', 'dimmed', 'on grey']);
  });

  test('in a narrow window the answer is below the query, and as wide, and the hint is not clipped', async () => {
    await page.setViewportSize({ width: 390, height: 860 });
    await openGraphiQL('sess_ada');
    const [query, answer, hint] = await Promise.all(
      ['.graphiql-editors', '.graphiql-response', '#mintgate-hint p'].map((part) =>
        page.locator(part).boundingBox(),
      ),
    );
    expect(answer?.y).toBeGreaterThanOrEqual((query?.y ?? 0) + (query?.height ?? 0));
    expect(answer?.width).toBeGreaterThan(300);
    expect(answer?.width).toBe(query?.width);
    expect((hint?.y ?? 0) + (hint?.height ?? 0)).toBeLessThan(query?.y ?? 0);
    expect(await page.locator('#mintgate-bar').evaluate(isClipped)).toBe(false);
  });

  test('in a narrow window the start page fits, and points out that the commands scroll', async () => {
    await page.setViewportSize({ width: 390, height: 860 });
    await page.goto(new URL('/', dev.ready.url).href);
    expect(await page.locator('html').evaluate(isClipped)).toBe(false);
    const commands = page.getByRole('region', { name: 'the commands for a token' });
    expect(await commands.evaluate(isClipped)).toBe(true);
    const cue = page.getByText('Scroll sideways');
    expect(await cue.isVisible()).toBe(true);
    await commands.press('ArrowRight');
    await expect.poll(() => commands.evaluate((element: Sized) => element.scrollLeft)).toBeGreaterThan(0);
    await page.setViewportSize({ width: 1280, height: 860 });
    expect(await commands.evaluate(isClipped)).toBe(false);
    expect(await cue.isVisible()).toBe(false);
  });

  test('the documentation shows every field with its description', async () => {
    await page.goto(`${dev.ready.url}?session=sess_ada`);
    await page.click('[aria-label*="Documentation"]');
    await page.click('.graphiql-doc-explorer a:text-is("Query")');
    await page.waitForSelector('text=minted from a JWT template for the calling session');
    await page.click('.graphiql-doc-explorer a:text-is("sessionToken")');
    await page.waitForSelector('text=The default is false.');
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

/** The part of an element of a page that the tests read; the compiler knows the globals of Node.js only. */
interface Sized {
  scrollWidth: number;
  clientWidth: number;
  scrollLeft: number;
}

/** Runs in the browser: returns whether the content of an element is wider than the element. */
const isClipped = ({ scrollWidth, clientWidth }: Sized) => scrollWidth > clientWidth;

/** A server of an empty page, with another origin than the gateway. */
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
