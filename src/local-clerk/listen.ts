import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';

/** A listening HTTP server. */
export interface Listener {
  /** The address to call, without a trailing slash. */
  url: string;
  port: number;
  /** Closes the server and its open connections at once. */
  close(): Promise<void>;
}

/**
 * Starts an HTTP server for a fetch handler.
 *
 * @param host - an address or a name; an IPv6 address with or without brackets
 * @param port - 0 takes a free port
 * @throws Error when the address cannot be listened on, such as `EADDRINUSE`
 */
export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  host: string,
  port: number,
): Promise<Listener> {
  // By default, the package replaces the global Request and Response.
  const server = createAdaptorServer({ fetch, overrideGlobalObjects: false }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host.replace(/^\[(.*)\]$/, '$1'), () => {
      server.off('error', reject);
      resolve();
    });
  });
  const bound = (server.address() as AddressInfo).port;
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return {
    url: `http://${name}:${bound}`,
    port: bound,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
