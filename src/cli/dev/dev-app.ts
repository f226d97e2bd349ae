import { Hono } from 'hono';
import { pageResponse, renderGraphiQLPage, type StaticPage } from '../../http/graphiql/graphiql-page.ts';
import type { LocalClerk } from '../../local-clerk/index.ts';
import type { Templates } from '../../mint/policy.ts';
import { isLoopback } from '../../runtime/loopback.ts';
import { readDemoWorld } from './demo-world.ts';
import { devQuery } from './dev-query.ts';
import { graphiqlSignIn } from './graphiql-sign-in.ts';
import { wrongHost } from './only-loopback-hosts.ts';
import { isPagePath } from './page-path.ts';
import type { FreshSessionToken } from './session-tokens.ts';
import { startPage } from './start-page.ts';

export interface DevAppOptions {
  clerk: LocalClerk;
  freshSessionToken: FreshSessionToken;
  graphqlEndpoint: string;
  /** The templates that the gateway mints. @default '*' */
  templates?: Templates;
}

/** What `mintgate dev` serves beside the gateway: the start page, GraphiQL signed in, session tokens. */
export interface DevApp {
  fetch(request: Request): Response | Promise<Response>;
  /** Whether a request is for the pages rather than for the gateway. */
  handles(method: string, path: string, accept: string): boolean;
  /** To be called when the local Clerk's data has changed. */
  refresh(): void;
}

export function createDevApp(options: DevAppOptions): DevApp {
  const { clerk, freshSessionToken, graphqlEndpoint, templates } = options;
  let graphiql: Promise<StaticPage> | undefined;
  const renderGraphiQL = async () => {
    const world = await readDemoWorld(clerk, templates);
    const defaultQuery = devQuery(world);
    const bodyStart = graphiqlSignIn({ sessions: world.sessions, graphqlEndpoint, defaultQuery });
    return renderGraphiQLPage({ title: 'Mintgate dev', defaultQuery, bodyStart });
  };
  const app = new Hono();

  // Only pages of this server may read from it: a foreign name that resolves to loopback is not one of them.
  app.use(async (context, next) => {
    const url = URL.parse(context.req.url);
    if (!isLoopback(url?.hostname ?? '')) return context.text(wrongHost, 421);
    if (context.req.method !== 'GET' && !isOfThisServer(context.req.raw.headers, url?.origin)) {
      return context.text('Only for pages of this server.', 403);
    }
    await next();
    context.header('x-content-type-options', 'nosniff');
    if (!context.res.headers.has('cache-control')) context.header('cache-control', 'no-store');
    return undefined;
  });

  app.onError((error, context) =>
    context.text(`The local Clerk did not answer: ${error.message}. Load this page again.`, 503),
  );

  app.get('/', async (context) => {
    const { origin } = new URL(context.req.url);
    const world = await readDemoWorld(clerk, templates);
    return context.html(startPage({ world, origin, graphqlEndpoint, clerkUrl: clerk.url }));
  });

  app.get(graphqlEndpoint, async (context) => {
    graphiql ??= renderGraphiQL().catch((error) => {
      graphiql = undefined;
      throw error;
    });
    return pageResponse(await graphiql, context.req.raw.headers);
  });

  app.post('/dev/sessions/:id/token', async (context) => {
    const token = await freshSessionToken(context.req.param('id'), context.req.query('azp'));
    return token === undefined ? context.text('There is no such session.', 404) : context.text(token);
  });

  app.get('/dev/sessions/:id/token', (context) =>
    context.text('Session tokens are given for POST.', 405, { allow: 'POST' }),
  );

  return {
    fetch: (request) => app.fetch(request),
    handles: (method, path, accept) =>
      isPagePath(path) || (path === graphqlEndpoint && method === 'GET' && /text\/html/.test(accept)),
    refresh: () => {
      graphiql = undefined;
    },
  };
}

/** Whether a request comes from a page of this server or from no page. Not every browser sends `Sec-Fetch-Site`. */
function isOfThisServer(headers: Headers, ownOrigin: string | undefined): boolean {
  const site = headers.get('sec-fetch-site') ?? 'none';
  const origin = headers.get('origin');
  return ['none', 'same-origin'].includes(site) && (origin === null || origin === ownOrigin);
}
