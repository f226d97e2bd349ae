import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigurationError } from '../config/configuration-error.ts';

/** A listening server and its address. */
interface ListeningServer {
  server: Server;
  /** Such as `http://127.0.0.1:4000`. */
  origin: string;
}

/** Timeouts for clients, in milliseconds. */
export interface ClientTimeouts {
  /** From the start of a request to the end of its headers. */
  headers: number;
  /** From the start of a request to the end of its body. */
  request: number;
  /** From one request of a connection to the next. */
  keepAlive: number;
  /** Without sending or receiving a byte while a request is under way. */
  inactivity: number;
}

/** The names of the settings for port and address, for messages. */
export interface AddressSettings {
  port: string;
  host: string;
}

const serverSettings: AddressSettings = { port: 'PORT (or --port)', host: 'HOST (or --host)' };

// Longer than any silence of a healthy connection: a request has a deadline of at most a minute, and a stream sends data every few seconds.
const defaultTimeouts: ClientTimeouts = {
  headers: 10_000,
  request: 30_000,
  keepAlive: 65_000,
  inactivity: 120_000,
};

/**
 * Starts an HTTP server with timeouts for slow clients. A client that sends too slowly gets status 408. A client that does not read its
 * answers is disconnected.
 *
 * @param port - 0 takes a free one
 * @param settings - the settings for port and address. @default `PORT` and `HOST`
 * @param timeouts - timeouts for slow clients. @default 10 s for headers, 30 s for a request, 65 s between requests, 120 s without a byte
 * @throws ConfigurationError when the port is in use, or when this machine does not have the address
 */
export function listen(
  listener: RequestListener,
  port: number,
  host: string,
  settings: AddressSettings = serverSettings,
  timeouts: ClientTimeouts = defaultTimeouts,
): Promise<ListeningServer> {
  const server = createServer(
    {
      headersTimeout: timeouts.headers,
      requestTimeout: timeouts.request,
      keepAliveTimeout: timeouts.keepAlive,
      // By default Node.js checks every 30 s, so that headers with a timeout of 10 s could take 40 s.
      connectionsCheckingInterval: Math.min(timeouts.headers, 1_000),
    },
    listener,
  );
  server.setTimeout(timeouts.inactivity);
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new ConfigurationError([describeListenError(error, port, host, settings)])),
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

function describeListenError(
  error: NodeJS.ErrnoException,
  port: number,
  host: string,
  settings: AddressSettings,
): string {
  const [portName, hostName] = [nameOf(settings.port), nameOf(settings.host)];
  switch (error.code) {
    case 'EADDRINUSE':
      return `${portName}: ${port} is in use: set ${settings.port} to another port, or to 0 for a free one`;
    case 'EACCES':
      return `${portName}: this user may not listen on ${port}: set ${settings.port} to a port above 1023`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${hostName}: this machine has no address ${host}: set ${settings.host} to one of its addresses, such as 127.0.0.1`;
    default:
      return `${hostName}, ${portName}: cannot listen on ${host}:${port} (${error.code ?? error.message}): set ${hostName} or ${portName} to another value`;
  }
}

/** Returns the name of a setting without the option in parentheses. */
function nameOf(setting: string): string {
  return setting.split(' ')[0] ?? setting;
}
