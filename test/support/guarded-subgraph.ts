import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { onTestFinished } from 'vitest';
import type { LocalClerk } from '../../src/local-clerk/index.ts';

/** A subgraph that accepts the tokens of its own audience only, and returns whose token a request has. */
export interface GuardedSubgraph {
  /** The headers of all requests so far. */
  readonly arrived: readonly IncomingHttpHeaders[];
  /** Sends a request. @returns the user of its token, `anonymous`, or `refused` */
  ask(headers: Readonly<Record<string, readonly string[]>>): Promise<string>;
}

interface GuardedSubgraphOptions {
  clerk: LocalClerk;
  /** The audience of its tokens. */
  audience: string;
  /** The header that carries a token: `authorization` as Bearer token, any other as it is. @default 'authorization' */
  header?: string;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** Starts a subgraph on loopback, until the test ends. It verifies tokens with the key set of the local Clerk. */
export async function startGuardedSubgraph(options: GuardedSubgraphOptions): Promise<GuardedSubgraph> {
  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', options.clerk.url));
  const arrived: IncomingHttpHeaders[] = [];
  const server = createServer(async (request, response) => {
    arrived.push(request.headers);
    const user = await userOf(request, options, keys).catch(() => 'refused');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: { user } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    arrived,
    async ask(lists) {
      const headers = Object.entries(lists).flatMap(([name, values]) =>
        values.map((value): [string, string] => [name, value]),
      );
      const response = await fetch(url, { method: 'POST', headers, body: '{"query":"{ user }"}' });
      return (await response.json()).data.user;
    },
  };
}

async function userOf(
  { headers }: IncomingMessage,
  { clerk, audience, header = 'authorization', now }: GuardedSubgraphOptions,
  keys: ReturnType<typeof createRemoteJWKSet>,
): Promise<string> {
  const value = headers[header];
  if (value === undefined) return 'anonymous';
  const token = header === 'authorization' ? String(value).replace(/^Bearer /, '') : String(value);
  const { payload } = await jwtVerify(token, keys, {
    ...{ audience, issuer: clerk.issuer, currentDate: new Date(now()) },
  });
  return String(payload.sub);
}
