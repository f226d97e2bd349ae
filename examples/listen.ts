import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Listens on loopback. @param port - 0 for a free one @returns the origin, such as `http://127.0.0.1:4000` */
export function listen(server: Server, port = 0): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
  });
}

/** Stops a server and its keep-alive connections. */
export function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
