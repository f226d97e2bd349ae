import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { TestGateway } from './gateway.ts';

/** A gateway on an HTTP server of node:http, until the test ends. */
export interface ServedGateway {
  server: Server;
  /** The URL of its GraphQL endpoint. */
  url: string;
}

/** Serves a gateway by node:http, on a free port. */
export async function serveGateway(gateway: RequestListener): Promise<ServedGateway> {
  const server = createServer(gateway);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` };
}

type Post = (gateway: TestGateway, ...request: Parameters<TestGateway['post']>) => Promise<Response>;

/** The two ways of a request into a gateway, for tests of what differs between them. */
export const ways: [string, Post][] = [
  ['by fetch', (gateway, ...request) => gateway.post(...request)],
  ['through node:http', postToServer],
];

async function postToServer(
  gateway: TestGateway,
  ...[body, headers]: Parameters<TestGateway['post']>
): Promise<Response> {
  const { url } = await serveGateway(gateway);
  return fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
}
