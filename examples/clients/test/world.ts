import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { importSPKI, jwtVerify } from 'jose';
import { afterEach } from 'vitest';
import type { GatewayOptions } from '../../../src/index.ts';
import { useGateways } from '../../../test/support/gateway.ts';
import { listen, stop } from '../../listen.ts';
import { type BrowserClerk, clerkTokenSource } from '../clerk.ts';

/** A request to the service. */
interface Served {
  path: string;
  headers: IncomingMessage['headers'];
  /** The `sub` of the template token; null without a valid one. */
  user: string | null;
  token: string | null;
}

/** Starts a gateway and a service that needs its tokens, both on loopback, with a local Clerk. */
export function useWorld() {
  const gateways = useGateways();
  const cleanUps: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  async function serve(listener: RequestListener) {
    const server = createServer(listener);
    const url = await listen(server);
    cleanUps.push(() => stop(server));
    return {
      url,
      /** Refuses connections from now on. */
      goDown: () => stop(server),
      comeBack: () => listen(server, Number(new URL(url).port)),
    };
  }

  return {
    get clerk() {
      return gateways.clerk;
    },
    mints: gateways.mints,
    /** Runs a function after the test. */
    atEnd: (cleanUp: () => unknown) => void cleanUps.push(cleanUp),

    /** Creates a gateway, a browser with Ada signed in, and its token source. */
    async start(options: Partial<GatewayOptions> = {}) {
      const gateway = gateways.start(options);
      const server = await serve(gateway);
      const url = `${server.url}/graphql`;
      const browser = browserClerk('sess_ada', (session) => gateways.clerk.mintSessionToken(session));
      /** Creates another tab of that browser. */
      const openTab = () => {
        const source = clerkTokenSource(browser.clerk, url, 'hasura');
        cleanUps.push(() => source.dispose());
        return source;
      };
      return { gateway, server, url, browser, openTab, source: openTab() };
    },

    /** Starts a service that verifies tokens and returns their users. */
    async service(refusal: { status: number; body: unknown }) {
      const served: Served[] = [];
      const refused = new Set<string | null>();
      let open = true;
      const key = await importSPKI(gateways.clerk.jwtKey, 'RS256');
      const { url } = await serve(async (request, response) => {
        for await (const _chunk of request);
        const token = request.headers.authorization?.replace('Bearer ', '') ?? null;
        const verified = await jwtVerify(token ?? '', key).catch(() => undefined);
        const user = verified?.payload.sub ?? null;
        served.push({ path: request.url ?? '', headers: request.headers, user, token });
        const good = open && user !== null && !refused.has(token);
        response.writeHead(good ? 200 : refusal.status, { 'content-type': 'application/json' });
        const rows = request.url?.startsWith('/rest/');
        response.end(JSON.stringify(good ? (rows ? [{ user }] : { data: { user } }) : refusal.body));
      });
      return {
        url,
        served,
        refuse: (token: string | null) => refused.add(token),
        accept: (token: string | null) => refused.delete(token),
        refuseAll() {
          open = false;
        },
      };
    },
  };
}

/** A stand-in for Clerk's browser SDK. */
function browserClerk(first: string, mint: (session: string) => Promise<string>) {
  const listeners = new Set<Parameters<BrowserClerk['addListener']>[0]>();
  const reads: ({ skipCache?: boolean } | undefined)[] = [];
  let given: string | undefined;
  let hanging = false;
  const signedIn = (
    id: string,
    organization: string | null = null,
  ): NonNullable<BrowserClerk['session']> => ({
    id,
    lastActiveOrganizationId: organization,
    getToken: async (options) => {
      reads.push(options);
      return hanging ? new Promise(() => {}) : (given ?? mint(id));
    },
  });
  const clerk: BrowserClerk = {
    session: signedIn(first),
    addListener: (listener) => listeners.add(listener),
  };
  return {
    clerk,
    reads,
    /** Returns this session token from now on. */
    give(token: string) {
      given = token;
    },
    /** Returns no session token from now on, without an error. */
    hang() {
      hanging = true;
    },
    /** Signs in with another session or organization, or signs out. */
    change(session: string | null, organization?: string) {
      clerk.session = session === null ? null : signedIn(session, organization);
      for (const listener of listeners) listener({ session: clerk.session });
    },
  };
}

/** Failures of tokens: each begins one and returns its end. */
export const failures: [string, (world: World, started: Started) => Promise<() => unknown>][] = [
  [
    'the seventh forced token within a minute',
    async (_world, { openTab }) => {
      const tab = openTab();
      for (let at = 0; at < 6; at += 1) await tab.getToken({ forceRefresh: true });
      return () => {};
    },
  ],
  [
    'a 503 of Clerk',
    async ({ clerk }) => {
      clerk.controls.answerAlways({ status: 503 });
      return () => clerk.controls.answerAlways(null);
    },
  ],
  [
    'a restart of the gateway',
    async (_world, { server }) => {
      await server.goDown();
      return () => server.comeBack();
    },
  ],
];

type World = ReturnType<typeof useWorld>;
type Started = Awaited<ReturnType<World['start']>>;

/** The answer of most services to an invalid token. */
export const unauthorized = { status: 401, body: { errors: [{ message: 'Unauthorized' }] } };
