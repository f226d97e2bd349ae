import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { importSPKI, type JWTPayload, jwtVerify } from 'jose';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { TestContext } from 'vitest';
import { createGateway, createLogger, type GatewayOptions } from '../../../src/index.ts';
import { startLocalClerk } from '../../../src/local-clerk/index.ts';
import { newSigningSecret } from '../../../test/support/clerk-events.ts';
import { workingOptions } from '../../../test/support/gateway.ts';
import { listen, stop } from '../../listen.ts';
import { bundlePage } from '../server/bundle-page.ts';
import { pageServer } from '../server/page-server.ts';
import { revokeSession } from '../server/revoke-session.ts';
import { laySilentLine } from './silent-line.ts';

/** Registers a function that runs after the test. */
type AtEnd = TestContext['onTestFinished'];

/** A POST request to the gateway's endpoint. */
type Seen = Pick<IncomingMessage, 'headers' | 'method'> & { status: () => number };

const template = 'hasura';
let script: Promise<string> | undefined;

/**
 * Starts the example page on `http://127.0.0.1`, and a gateway on `http://localhost`, which is another site. Each test has its own local Clerk.
 */
export async function startPageWorld(browser: Browser, atEnd: AtEnd, options: Partial<GatewayOptions> = {}) {
  script ??= bundlePage();
  const code = await script;
  const clerk = await startLocalClerk();
  atEnd(() => clerk.close());
  const webhookSigningSecret = newSigningSecret();
  const seen: Seen[] = [];
  let gateway: ReturnType<typeof createGateway> | undefined;
  let server: Server | undefined;
  let port = 0;

  let line: Awaited<ReturnType<typeof laySilentLine>> | undefined;
  const gatewayOrigin = () => `http://localhost:${port}`;
  const revoke = (id: string) =>
    revokeSession(clerk, id, `${gatewayOrigin()}/webhooks/clerk`, webhookSigningSecret);

  /** Starts another server of the page. @returns its port */
  async function servePage(): Promise<string> {
    const gatewayUrl = () => `http://localhost:${line?.port ?? port}/graphql`;
    const templates = ['hasura', 'short', 'unknown'];
    const page = createServer(pageServer({ clerk, script: code, gatewayUrl, templates, revoke }));
    atEnd(() => stop(page));
    return new URL(await listen(page)).port;
  }

  const pagePort = await servePage();

  async function start(): Promise<void> {
    const origins = [`http://127.0.0.1:${pagePort}`, `http://localhost:${pagePort}`];
    const started = createGateway({
      ...workingOptions(clerk),
      webhookSigningSecret,
      authorizedParties: origins,
      corsOrigins: origins,
      logger: createLogger({ level: 'silent' }),
      ...options,
    });
    const listener: RequestListener = (request, response) => {
      const { method, headers } = request;
      if (request.url === '/graphql') seen.push({ method, headers, status: () => response.statusCode });
      return started(request, response);
    };
    gateway = started;
    server = createServer(listener);
    port = Number(new URL(await listen(server, port)).port);
  }

  /** Stops the gateway: at once, as a crash, or after it has ended its subscriptions. */
  async function end(how: 'crash' | 'shutdown'): Promise<void> {
    if (how === 'shutdown') {
      gateway?.drain();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    if (server) await stop(server);
    await gateway?.dispose();
    server = gateway = undefined;
  }

  await start();
  atEnd(() => end('crash'));
  const context = await browser.newContext();
  atEnd(() => context.close());
  const key = await importSPKI(clerk.jwtKey, 'RS256');

  return {
    clerk,
    context,
    webhookSigningSecret,
    start,
    end,
    revoke,
    servePage,
    pagePort,
    gatewayOrigin,
    /** Puts a proxy that can go silent before the gateway. Call it before a page is opened. */
    async layLine() {
      line = await laySilentLine(port);
      atEnd(line.close);
    },
    /** Takes the browser offline, and makes open connections go silent. */
    async goOffline() {
      await context.setOffline(true);
      line?.fallSilent();
    },
    async comeBack() {
      line?.speak();
      await context.setOffline(false);
    },
    seen,
    /** Returns the number of mints. */
    mints: () => clerk.controls.requests('POST /v1/sessions/{session_id}/tokens/{template_name}'),
    /** Returns the number of POST requests to the gateway's endpoint. */
    requestCount: () => seen.filter(({ method }) => method === 'POST').length,
    /** Returns the claims of a valid token. */
    verify: async (jwt: string): Promise<Required<Pick<JWTPayload, 'iat' | 'exp' | 'sub'>>> =>
      (await jwtVerify(jwt, key, { clockTolerance: 0, requiredClaims: ['iat', 'exp', 'sub'] }))
        .payload as never,
  };
}

/** Opens the page in a new browser, and signs Ada in. */
export async function openPage(
  context: BrowserContext,
  client: string,
  port: string,
  { host = '127.0.0.1', template: chosen = template } = {},
) {
  const page = await context.newPage();
  await page.goto(`http://${host}:${port}/?client=${client}&template=${chosen}&session=sess_ada`);
  await page.click('#sign-in');
  return shownPage(page);
}

/** Reads the page and presses its buttons. */
function shownPage(page: Page) {
  const text = (selector: string) => page.locator(selector).first().textContent({ timeout: 20_000 });
  return {
    page,
    /** Waits for the token of the card `renewed`, and returns it. */
    renewed: async () => (await text('#renewed [data-token]')) ?? '',
    /** Returns the number of tokens in the events so far. */
    count: async () => Number(/number (\d+)/.exec((await text('#renewed [data-left]')) ?? '')?.[1]),
    /** Returns the lines of the log without times, the latest first. */
    log: () =>
      page.locator('#log li').evaluateAll((lines) => lines.map((line) => line.lastChild?.textContent)),
    who: () => text('#who'),
    tokens: () => page.locator('[data-token]').count(),
    /** Requests a token from the gateway. @returns the token, or the code of the error */
    async requestToken() {
      await clear(page, '#requested [data-shown]');
      await page.click('#requested [data-do]');
      return (await text('#requested :is([data-token], [data-code])')) ?? '';
    },
    /** Sends the query to the service. @returns its answer, or the code of the error */
    async queryService() {
      await clear(page, '#service [data-shown]');
      await page.click('#service [data-do]');
      return (await text('#service :is([data-answer], [data-code])')) ?? '';
    },
  };
}

// Otherwise the text of an earlier answer would be read.
function clear(page: Page, selector: string) {
  return page.locator(selector).evaluate((shown) => shown.replaceChildren());
}
