import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { onTestFinished } from 'vitest';

/** A forward proxy on loopback. */
export interface ConnectProxy {
  /** The value for `HTTP_PROXY`. */
  url: string;
  /** The authorities of its CONNECT requests so far, such as `127.0.0.2:80`. */
  readonly asked: readonly string[];
}

/**
 * Starts a proxy, which ends with the test.
 *
 * @param target - the URL that every tunnel leads to, in place of the requested one; undefined for a proxy that never answers
 */
export async function startConnectProxy(target: string | undefined): Promise<ConnectProxy> {
  const asked: string[] = [];
  const server = createServer((_request, response) => response.writeHead(400).end());
  server.on('connect', ({ url = '' }, client) => {
    asked.push(url);
    client.on('error', () => {});
    if (target === undefined) return;
    const upstream = connect(Number(new URL(target).port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
