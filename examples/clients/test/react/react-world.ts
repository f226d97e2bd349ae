import { createServer, type RequestListener } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import type { TestContext } from 'vitest';
import { createGateway, createLogger } from '../../../../src/index.ts';
import { startLocalClerk } from '../../../../src/local-clerk/index.ts';
import { workingOptions } from '../../../../test/support/gateway.ts';
import { listen, stop } from '../../../listen.ts';
import { pageServer } from '../../server/page-server.ts';
import type { PageConfig, Seen } from './app.tsx';
import { bundleReactPage, type ReactName, renderReactPage } from './bundle-react.ts';
import type { PageHandles } from './page.tsx';

declare const handles: PageHandles;

const scripts = new Map<ReactName, Promise<string>>();

function scriptOf(name: ReactName): Promise<string> {
  const script = scripts.get(name) ?? bundleReactPage(name);
  scripts.set(name, script);
  return script;
}

interface PageOptions extends Pick<PageConfig, 'template' | 'by'> {
  /** The id of the session that is signed in. */
  session: string;
}

/** Starts a local Clerk, a gateway and the page with a version of React, and opens the page in a browser. */
export async function startReactWorld(
  browser: Browser,
  atEnd: TestContext['onTestFinished'],
  name: ReactName,
  { session = 'sess_ada', template = 'hasura', by = 'useAuth' }: Partial<PageOptions> = {},
) {
  const clerk = await startLocalClerk();
  atEnd(() => clerk.close());
  let gatewayUrl = '';
  let html = '';
  const script = await scriptOf(name);
  const pages = pageServer({
    clerk,
    script,
    gatewayUrl: () => gatewayUrl,
    templates: [],
    revoke: async () => {},
  });
  const page = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const answer = (type: string, body: string) => {
      response.writeHead(200, { 'content-type': `${type}; charset=utf-8` });
      response.end(body);
    };
    if (url.pathname === '/') return answer('text/html', html);
    if (url.pathname === '/config') {
      return answer('application/json', JSON.stringify({ config, sessions: clerk.sessions() }));
    }
    if (url.pathname === '/organization') {
      const { session: id = '', to = '' } = Object.fromEntries(url.searchParams);
      clerk.controls.setActiveOrganization(id, to === '' ? null : to);
      return answer('text/plain', '');
    }
    return pages(request, response);
  });
  atEnd(() => stop(page));
  const origin = await listen(page);

  const gateway = createGateway({
    ...workingOptions(clerk),
    authorizedParties: [origin],
    corsOrigins: [origin],
    logger: createLogger({ level: 'silent' }),
  });
  atEnd(() => gateway.dispose());
  let requests = 0;
  const listener: RequestListener = (request, response) => {
    if (request.method === 'POST') requests += 1;
    return gateway(request, response);
  };
  const server = createServer(listener);
  atEnd(() => stop(server));
  gatewayUrl = `${await listen(server)}/graphql`;

  const { publishableKey } = clerk;
  const config: PageConfig = { publishableKey, gatewayUrl, serviceUrl: `${origin}/service`, template, by };
  const rendered = await renderReactPage(name, config);
  html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>React</title></head>
<body><div id="root">${rendered}</div><script type="module" src="/main.js"></script></body></html>`;

  const context = await browser.newContext();
  atEnd(() => context.close());
  const opened = await context.newPage();
  const errors: string[] = [];
  opened.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  opened.on('pageerror', (error) => errors.push(String(error)));
  await opened.goto(`${origin}/?session=${session}`);
  return {
    ...{ clerk, page: opened, rendered, errors },
    requestCount: () => requests,
    /** Returns the number of mints. */
    mints: () => clerk.controls.requests('POST /v1/sessions/{session_id}/tokens/{template_name}'),
    ...shownPage(opened),
  };
}

/** Reads the page, and acts as Clerk's components would. */
function shownPage(page: Page) {
  return {
    /** Returns the text of each profile, without its buttons. */
    profiles: () => page.locator('#root p:not(#watched)').allTextContents(),
    watched: () => page.locator('#watched').textContent(),
    seen: (): Promise<Seen[]> => page.evaluate(() => handles.seen),
    version: () => page.evaluate(() => handles.version),
    signOut: () => page.evaluate(() => handles.clerk.signOut()),
    switchUnnoticed: (to: string) => page.evaluate((id) => handles.clerk.switchUnnoticed(id), to),
    setActive: (change: { session: string; organization?: string | null }) =>
      page.evaluate((to) => handles.clerk.setActive(to), change),
    unmount: () => page.evaluate(() => handles.unmount()),
  };
}
