import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../../src/cli/http-server.ts';

const answerOk: RequestListener = (_request, response) => response.end('ok');

async function start(host: string, port = 0) {
  const listening = await listen(answerOk, port, host);
  onTestFinished(() => {
    listening.server.closeAllConnections();
    listening.server.close();
  });
  return listening;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

test.each([
  ['127.0.0.1', 'http://127.0.0.1'],
  ['localhost', 'http://localhost'],
  ['0.0.0.0', 'http://localhost'],
])('a server on %s has the origin %s, with its port, and answers there', async (host, expected) => {
  const { server, origin } = await start(host);
  expect(origin).toBe(`${expected}:${portOf(server)}`);
  expect(await (await fetch(origin)).text()).toBe('ok');
});

test('an IPv6 address has brackets in the origin, if the machine has IPv6', async () => {
  const origin = await start('::1').then(
    (listening) => listening.origin,
    (error: Error) => error.message,
  );
  expect(origin).toMatch(/^http:\/\/\[::1\]:\d+$|^HOST.* ::1/);
});

test('a port that is in use is reported with what to do', async () => {
  const { server } = await start('127.0.0.1');
  const port = portOf(server);
  await expect(listen(answerOk, port, '127.0.0.1')).rejects.toMatchObject({
    name: 'ConfigurationError',
    problems: [`PORT: ${port} is in use: set PORT (or --port) to another port, or to 0 for a free one`],
  });
});

// An address of TEST-NET-1, which no machine has.
test.each(['192.0.2.1', 'no-such-host.invalid'])(
  'the address %s, which this machine does not have, is reported',
  async (host) => {
    await expect(listen(answerOk, 0, host)).rejects.toMatchObject({
      problems: [expect.stringMatching(/^HOST(?:: this machine has no address|, PORT: cannot listen on) /)],
    });
  },
);
