import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EnvHttpProxyAgent, getGlobalDispatcher, MockAgent, setGlobalDispatcher } from 'undici';
import { expect, onTestFinished, test, vi } from 'vitest';
import { prepareClerkConnections } from '../../src/cli/clerk-connections.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { useGateways } from '../support/gateway.ts';

const world = useGateways();
// undici and Node.js keep the dispatcher of the global fetch in these properties.
const dispatchers = () =>
  Object.getOwnPropertySymbols(globalThis)
    .filter((symbol) => String(symbol).includes('undici'))
    .map((symbol) => Reflect.get(globalThis, symbol) as unknown);

test("a gateway in a host's process changes no global", async () => {
  const before = [Object.getOwnPropertyNames(globalThis), globalThis.fetch, dispatchers()];
  const gateway = world.start();
  await gateway.ask('{ sessionToken(template: "hasura") { jwt } }', { session: 'sess_ada' });
  expect([Object.getOwnPropertyNames(globalThis), globalThis.fetch, dispatchers()]).toEqual(before);
});

/** Restores the dispatcher of the global fetch when the test ends. */
function restoreDispatcher() {
  const before = getGlobalDispatcher();
  onTestFinished(() => setGlobalDispatcher(before));
}

/** Starts a server that counts connections and requests. It answers at once, except for /slow: there, it waits for 128 requests. */
async function startCountingServer() {
  let connections = 0;
  let open = 0;
  let most = 0;
  let slow = 0;
  const enough = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    open += 1;
    most = Math.max(most, open);
    if (request.url === '/slow') {
      slow += 1;
      // Requests beyond the bound would arrive in this time.
      if (slow === 128) setTimeout(enough.resolve, 50);
      await enough.promise;
    }
    open -= 1;
    response.end('{}');
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
  return { url, ask, connections: () => connections, most: () => most };
}

async function expectBounds({ ask, connections, most }: Awaited<ReturnType<typeof startCountingServer>>) {
  for (let asked = 0; asked < 20; asked += 1) await ask('/');
  // A request may begin just before the connection of the previous one is free again.
  expect(connections()).toBeLessThanOrEqual(2);
  await Promise.all(Array.from({ length: 300 }, () => ask('/slow')));
  expect(most()).toBe(128);
  expect(connections()).toBe(128);
}

test('connections are kept alive, and bounded in number', async () => {
  const server = await startCountingServer();
  restoreDispatcher();
  prepareClerkConnections();
  await expectBounds(server);
});

/** Sets the dispatcher that Node.js sets with NODE_USE_ENV_PROXY=1. */
function useProxyOfEnvironment(proxy: string) {
  restoreDispatcher();
  vi.stubEnv('HTTP_PROXY', proxy);
  vi.stubEnv('NO_PROXY', undefined);
  onTestFinished(() => void vi.unstubAllEnvs());
  setGlobalDispatcher(new EnvHttpProxyAgent());
}

test('connections through a proxy of the environment are kept alive, and bounded in number', async () => {
  const server = await startCountingServer();
  const proxy = await startConnectProxy(server.url);
  useProxyOfEnvironment(proxy.url);
  prepareClerkConnections();
  await expectBounds(server);
  expect(proxy.asked).toHaveLength(128);
});

test('a proxy that accepts a connection and never answers is timed out', async () => {
  const proxy = await startConnectProxy(undefined);
  useProxyOfEnvironment(proxy.url);
  prepareClerkConnections();
  await expect(fetch('http://127.0.0.2:65432')).rejects.toThrow('fetch failed');
  expect(proxy.asked).toEqual(['127.0.0.2:65432']);
});

test('a direct host is reached without the proxy', async () => {
  const server = await startCountingServer();
  const proxy = await startConnectProxy(undefined);
  for (const noProxy of [undefined, 'example.com', '*']) {
    useProxyOfEnvironment(proxy.url);
    vi.stubEnv('NO_PROXY', noProxy);
    prepareClerkConnections({ direct: ['127.0.0.1'] });
    expect(await server.ask('/')).toBe('{}');
  }
  expect(proxy.asked).toEqual([]);
});

test('a dispatcher that the config file or a preloaded module has set stays in place', () => {
  restoreDispatcher();
  const own = new MockAgent();
  setGlobalDispatcher(own);
  prepareClerkConnections();
  expect(getGlobalDispatcher()).toBe(own);
});
