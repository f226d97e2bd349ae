import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * Starts a server that closes every connection at once, until the test ends. It behaves like a dead server, but no other process can
 * take its port.
 *
 * @returns its address, such as `http://127.0.0.1:1234`
 */
export async function startDeadServer(): Promise<string> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
