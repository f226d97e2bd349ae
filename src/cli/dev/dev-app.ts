import { type ErrorHandler, Hono, type MiddlewareHandler } from 'hono';
import { pageResponse, renderGraphiQLPage, type StaticPage } from '../../http/graphiql/graphiql-page.ts';
import type { LocalClerk } from '../../local-clerk/index.ts';
import type { Templates } from '../../mint/policy.ts';
import { isLoopback } from '../../runtime/loopback.ts';
import { type DemoWorld, readDemoWorld } from './demo-world.ts';
import { devHint } from './dev-hint.ts';
import { devQuery } from './dev-query.ts';
import { graphiqlSignIn } from './graphiql-sign-in.ts';
import { wrongHostMessage } from './only-loopback-hosts.ts';
import { isPagePath } from './page-paths.ts';
import type { QueryTemplates, SessionTemplates } from './session-templates.ts';
import type { SignSessionToken } from './session-token-signer.ts';
import { startPage } from './start-page.ts';

interface DevAppOptions {
  clerk: LocalClerk;
  signSessionToken: SignSessionToken;
  graphqlEndpoint: string;
  /** The templates that the gateway mints. */
  templates: Templates;
  /** Asks the gateway for the templates of a session; undefined where discovery is off. */
  queryTemplates: QueryTemplates | undefined;
}

/** The pages that `mintgate dev` serves beside the gateway: the start page, GraphiQL with a sign-in, and session tokens. */
export interface DevApp {
  fetch(request: Request): Response | Promise<Response>;
  /** Returns whether a request is for the pages, not for the gateway. */
  handles(method: string, path: string, accept: string): boolean;
  /** Call this when the local Clerk's data have changed. */
  refresh(): void;
}

/** Creates the pages. */
export function createDevApp(options: DevAppOptions): DevApp {
  const { clerk, signSessionToken, graphqlEndpoint, templates } = options;
  let graphiql: Promise<StaticPage> | undefined;
  const app = new Hono();
  app.use(onlyThisServer);
  app.onError(answerError);

  app.get('/', async (context) => {
    const { origin } = new URL(context.req.url);
    const world = await readDemoWorld(clerk, templates);
    const sessionTemplates = await templatesOfSessions(options, world);
    return context.html(startPage({ world, sessionTemplates, origin, graphqlEndpoint, clerkUrl: clerk.url }));
  });

  app.get(graphqlEndpoint, async (context) => {
    graphiql ??= renderGraphiQL(options).catch((error) => {
      graphiql = undefined;
      throw error;
    });
    return pageResponse(await graphiql, context.req.raw.headers);
  });

  app.post('/dev/sessions/:id/token', async (context) => {
    const token = await signSessionToken(context.req.param('id'), context.req.query('azp'));
    return token === undefined
      ? context.text('The local Clerk has no session with this id.', 404)
      : context.text(token);
  });

  app.get('/dev/sessions/:id/token', (context) =>
    context.text('Use POST to get a session token.', 405, { allow: 'POST' }),
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

/** Asks the gateway for the templates of each active session. A session without an answer is left out. */
async function templatesOfSessions(
  { queryTemplates }: DevAppOptions,
  { sessions }: DemoWorld,
): Promise<ReadonlyMap<string, SessionTemplates>> {
  if (!queryTemplates) return new Map();
  const active = sessions.filter(({ status }) => status === 'active');
  const answers = await Promise.all(
    active.map(async ({ id }) => [id, await queryTemplates(id).catch(() => undefined)] as const),
  );
  return new Map(answers.flatMap(([id, found]) => (found ? [[id, found] as const] : [])));
}

async function renderGraphiQL(options: DevAppOptions): Promise<StaticPage> {
  const { clerk, templates, graphqlEndpoint, queryTemplates } = options;
  const world = await readDemoWorld(clerk, templates);
  const defaultQuery = devQuery(world.templates, queryTemplates ? 'on' : 'off');
  const { controls, script } = graphiqlSignIn({ sessions: world.sessions, graphqlEndpoint, defaultQuery });
  const bar = { homeUrl: '/', controls, hint: devHint(world) };
  return renderGraphiQLPage({ title: 'Mintgate dev', defaultQuery, bar, script });
}

/** Refuses requests of other sites: requests whose `Host` is not a loopback name, and requests other than GET from foreign pages. */
const onlyThisServer: MiddlewareHandler = async (context, next) => {
  const url = URL.parse(context.req.url);
  if (!isLoopback(url?.hostname ?? '')) return context.text(wrongHostMessage, 421);
  if (context.req.method !== 'GET' && !isOfThisServer(context.req.raw.headers, url?.origin)) {
    return context.text('Only pages of this server may make this request.', 403);
  }
  await next();
  context.header('x-content-type-options', 'nosniff');
  if (!context.res.headers.has('cache-control')) context.header('cache-control', 'no-store');
  return undefined;
};

const answerError: ErrorHandler = (error, context) =>
  context.text(`The local Clerk did not answer: ${error.message}. Reload this page.`, 503);

/** Returns whether a request comes from a page of this server, or from no page. Not all browsers send `Sec-Fetch-Site`. */
function isOfThisServer(headers: Headers, ownOrigin: string | undefined): boolean {
  const site = headers.get('sec-fetch-site') ?? 'none';
  const origin = headers.get('origin');
  return ['none', 'same-origin'].includes(site) && (origin === null || origin === ownOrigin);
}
