import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { prepareClerkConnections } from '../../src/cli/clerk-connections.ts';
import { useGateways } from '../support/gateway.ts';

const world = useGateways();
// Where undici and Node.js keep the dispatcher of the global fetch.
const dispatchers = () =>
  Object.getOwnPropertySymbols(globalThis)
    .filter((symbol) => String(symbol).includes('undici'))
    .map((symbol) => Reflect.get(globalThis, symbol) as unknown);

test("in a host's process no global is touched", async () => {
  const before = [Object.getOwnPropertyNames(globalThis), globalThis.fetch, dispatchers()];
  const gateway = world.start();
  await gateway.ask('{ sessionToken(template: "hasura") { jwt } }', { session: 'sess_ada' });
  expect([Object.getOwnPropertyNames(globalThis), globalThis.fetch, dispatchers()]).toEqual(before);
});

test('the connections of the command are kept alive, and bounded in number', async () => {
  let connections = 0;
  let open = 0;
  let most = 0;
  const server = createServer((request, response) => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(
      () => {
        open -= 1;
        response.end('{}');
      },
      request.url === '/slow' ? 50 : 0,
    );
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (path: string) => (await fetch(url + path)).text();

  const before = getGlobalDispatcher();
  onTestFinished(() => setGlobalDispatcher(before));
  prepareClerkConnections();
  for (let asked = 0; asked < 20; asked += 1) await ask('/');
  // The next request may begin a moment before the first connection is free again.
  expect(connections).toBeLessThanOrEqual(2);
  await Promise.all(Array.from({ length: 300 }, () => ask('/slow')));
  expect(most).toBe(128);
  expect(connections).toBe(128);
});
