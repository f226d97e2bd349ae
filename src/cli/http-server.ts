import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigurationError } from '../config/environment.ts';

/** Where a server listens. */
export interface Listening {
  server: Server;
  /** Such as `http://127.0.0.1:4000`. */
  origin: string;
}

/** How long clients may take, in milliseconds. */
export interface ClientPatience {
  /** For the head of a request. */
  head: number;
  /** For a request as a whole. */
  request: number;
  /** From one request to the next. */
  idle: number;
  /** Without taking or sending a byte while a request is under way. */
  still: number;
}

// A caller is answered within its deadline, which is a minute at most, and a stream says something every few seconds.
const usualPatience: ClientPatience = { head: 10_000, request: 30_000, idle: 65_000, still: 120_000 };

/**
 * Starts a server with bounds on slow clients: those that send slowly are answered 408, those that read nothing lose their
 * connection.
 *
 * @param port - 0 takes a free one
 * @param patience - how slow clients may be. @default 10 s for a head, 30 s for a request, 120 s without a byte
 * @throws ConfigurationError when the port is taken or the address cannot be used
 */
export function listen(
  listener: RequestListener,
  port: number,
  host: string,
  patience: ClientPatience = usualPatience,
): Promise<Listening> {
  const { head, request, idle, still } = patience;
  const server = createServer(
    {
      headersTimeout: head,
      requestTimeout: request,
      keepAliveTimeout: idle,
      // Node.js looks every 30 s only, and would let a head of 10 s take 40.
      connectionsCheckingInterval: Math.min(head, 1_000),
    },
    listener,
  );
  server.setTimeout(still);
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new ConfigurationError([explain(error, port, host)])),
    );
    server.listen(port, host, () => resolve({ server, origin: originOf(server, host) }));
  });
}

function originOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  const anyAddress = host === '0.0.0.0' || host === '::';
  const name = anyAddress ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

function explain(error: NodeJS.ErrnoException, port: number, host: string): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `PORT: ${port} is in use; set PORT (or --port) to another one, or to 0 for a free one`;
    case 'EACCES':
      return `PORT: listening on ${port} is not permitted; set PORT (or --port) to one above 1023`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `HOST: this machine has no address ${host}`;
    default:
      return `cannot listen on ${host}:${port} (${error.code ?? error.message})`;
  }
}
