import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onlyLoopbackHosts, wrongHostMessage } from '../../../src/cli/dev/only-loopback-hosts.ts';

const server = createServer(onlyLoopbackHosts((_request, response) => response.end('passed')));
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

/** Sends a GET with a `Host`. */
function get(host: string): Promise<{ status?: number; headers: IncomingHttpHeaders; body: string }> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', headers: { host }, agent: false }, async (response) => {
      const body = Buffer.concat(await response.toArray()).toString();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
    })
      .on('error', reject)
      .end();
  });
}

test.each(['localhost', 'LOCALHOST:4000', '127.8.9.10', '[::1]:4000'])('the host %s passes', async (host) => {
  expect(await get(host)).toMatchObject({ status: 200, body: 'passed' });
});

test.each(['rebound.example.com', 'localhost.example.com:4000', '0.0.0.0', '127.999.999.999'])(
  'the host %s is refused, and the answer is not stored',
  async (host) => {
    expect(await get(host)).toMatchObject({
      status: 421,
      body: wrongHostMessage,
      headers: { 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' },
    });
  },
);

test('a request without a host passes', () => {
  const answers: string[] = [];
  const listener = onlyLoopbackHosts((incoming) => void answers.push(incoming.url ?? ''));
  listener({ url: '/', headers: {} } as never, {} as never);
  expect(answers).toEqual(['/']);
});
