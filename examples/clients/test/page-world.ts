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

/** What is done when the test is over. */
type AtEnd = TestContext['onTestFinished'];

/** A POST to the gateway's endpoint, as it came in. */
type Seen = Pick<IncomingMessage, 'headers' | 'method'> & { status: () => number };

const template = 'hasura';
let script: Promise<string> | undefined;

/**
 * The example page on `http://127.0.0.1`, and a gateway on `http://localhost`: another site. Each test has its own, with a local Clerk of its own.
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

  /** One more server of the page. @returns its port */
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

  /** Ends the gateway: at once, as a crash does, or after it has told its subscribers to come back. */
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
    /** Makes the way to the gateway one that can be lost; before a page is opened. */
    async layLine() {
      line = await laySilentLine(port);
      atEnd(line.close);
    },
    /** Takes the browser offline, as far as it can be, and whatever is open goes silent. */
    async goOffline() {
      await context.setOffline(true);
      line?.fallSilent();
    },
    async comeBack() {
      line?.speak();
      await context.setOffline(false);
    },
    seen,
    /** Tokens that Clerk has minted. */
    mints: () => clerk.controls.requests('POST /v1/sessions/{session_id}/tokens/{template_name}'),
    /** POSTs to the gateway's endpoint so far. */
    asked: () => seen.filter(({ method }) => method === 'POST').length,
    /** The claims of a token that is good now. */
    verify: async (jwt: string): Promise<Required<Pick<JWTPayload, 'iat' | 'exp' | 'sub'>>> =>
      (await jwtVerify(jwt, key, { clockTolerance: 0, requiredClaims: ['iat', 'exp', 'sub'] }))
        .payload as never,
  };
}

/** Opens the page in a browser of one's own and signs Ada in. */
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

/** What the page shows, and its buttons. */
function shownPage(page: Page) {
  const text = (selector: string) => page.locator(selector).first().textContent({ timeout: 20_000 });
  return {
    page,
    /** The token of the card `told`, once there is one. */
    told: async () => (await text('#told [data-token]')) ?? '',
    /** How many tokens it has been told. */
    count: async () => Number(/number (\d+)/.exec((await text('#told [data-left]')) ?? '')?.[1]),
    /** Lines of what happened, the latest first, without their times. */
    log: () =>
      page.locator('#log li').evaluateAll((lines) => lines.map((line) => line.lastChild?.textContent)),
    who: () => text('#who'),
    tokens: () => page.locator('[data-token]').count(),
    /** Asks the gateway; the token, or the code of the error. */
    async askGateway() {
      await clear(page, '#asked [data-shown]');
      await page.click('#asked [data-do]');
      return (await text('#asked :is([data-token], [data-code])')) ?? '';
    },
    /** Asks the service; what it says, or the code of the error. */
    async askService() {
      await clear(page, '#used [data-shown]');
      await page.click('#used [data-do]');
      return (await text('#used :is([data-answer], [data-code])')) ?? '';
    },
  };
}

// What was shown before is not taken for the answer.
function clear(page: Page, selector: string) {
  return page.locator(selector).evaluate((shown) => shown.replaceChildren());
}
