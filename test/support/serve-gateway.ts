import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

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
