import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { importSPKI, jwtVerify } from 'jose';
import { afterEach } from 'vitest';
import type { GatewayOptions } from '../../../src/index.ts';
import { useGateways } from '../../../test/support/gateway.ts';
import { type BrowserClerk, clerkTokenSource } from '../clerk.ts';

/** A request as the service saw it. */
export interface Served {
  path: string;
  headers: IncomingMessage['headers'];
  /** The `sub` of the template token; null without a good one. */
  user: string | null;
  token: string | null;
}

/** A gateway and a service that wants its tokens, both on loopback, around the local Clerk. */
export function useWorld() {
  const gateways = useGateways();
  const cleanUps: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  async function listen(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanUps.push(() => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  return {
    get clerk() {
      return gateways.clerk;
    },
    mints: gateways.mints,
    /** Ends something with the test. */
    atEnd: (cleanUp: () => unknown) => void cleanUps.push(cleanUp),

    /** A gateway, a browser in which Ada is signed in, and a token source there. */
    async start(options: Partial<GatewayOptions> = {}) {
      const gateway = gateways.start(options);
      const url = `${await listen(gateway)}/graphql`;
      const browser = browserClerk('sess_ada', (session) => gateways.clerk.mintSessionToken(session));
      const source = clerkTokenSource(browser.clerk, url, 'hasura');
      cleanUps.push(() => source.dispose());
      return { gateway, url, browser, source };
    },

    /** A service that verifies tokens and says whose they are. */
    async service(refusal: { status: number; body: unknown }) {
      const served: Served[] = [];
      const refused = new Set<string | null>();
      const key = await importSPKI(gateways.clerk.jwtKey, 'RS256');
      const url = await listen(async (request, response) => {
        for await (const _chunk of request);
        const token = request.headers.authorization?.replace('Bearer ', '') ?? null;
        const verified = await jwtVerify(token ?? '', key).catch(() => undefined);
        const user = verified?.payload.sub ?? null;
        served.push({ path: request.url ?? '', headers: request.headers, user, token });
        const good = user !== null && !refused.has(token);
        response.writeHead(good ? 200 : refusal.status, { 'content-type': 'application/json' });
        const rows = request.url?.startsWith('/rest/');
        response.end(JSON.stringify(good ? (rows ? [{ user }] : { data: { user } }) : refusal.body));
      });
      return { url, served, refuse: (token: string | null) => refused.add(token) };
    },
  };
}

/** Clerk's browser SDK, replaced by its interface. */
function browserClerk(first: string, mint: (session: string) => Promise<string>) {
  const listeners = new Set<Parameters<BrowserClerk['addListener']>[0]>();
  const reads: ({ skipCache?: boolean } | undefined)[] = [];
  let given: string | undefined;
  const signedIn = (id: string): NonNullable<BrowserClerk['session']> => ({
    id,
    getToken: async (options) => {
      reads.push(options);
      return given ?? mint(id);
    },
  });
  const clerk: BrowserClerk = {
    session: signedIn(first),
    addListener: (listener) => listeners.add(listener),
  };
  return {
    clerk,
    reads,
    /** Gives this session token from now on. */
    give(token: string) {
      given = token;
    },
    /** Signs in with another session, or out. */
    change(session: string | null) {
      clerk.session = session === null ? null : signedIn(session);
      for (const listener of listeners) listener({ session: clerk.session });
    },
  };
}

/** What most services answer to a token that they do not take. */
export const unauthorized = { status: 401, body: { errors: [{ message: 'Unauthorized' }] } };
