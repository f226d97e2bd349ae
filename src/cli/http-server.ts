import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigurationError } from '../config.ts';

/** Where a server listens. */
export interface Listening {
  server: Server;
  /** Such as `http://127.0.0.1:4000`. */
  origin: string;
}

/**
 * Starts a server with bounds on slow clients.
 *
 * @param port - 0 takes a free one
 * @throws ConfigurationError when the port is taken or the address cannot be used
 */
export function listen(listener: RequestListener, port: number, host: string): Promise<Listening> {
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 },
    listener,
  );
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
