import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { gatewayOrigin, useGateways } from '../../support/gateway.ts';

const world = useGateways();
const init = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"query":"{ __typename }"}',
};

/** Mounts a gateway as `app.use('/api/graphql', gateway)` of Express: the path is removed from `url`, and `originalUrl` keeps it. */
const mountedAt =
  (path: string, gateway: RequestListener): RequestListener =>
  (request, response) => {
    const { url = '' } = request;
    if (!url.startsWith(path)) return response.writeHead(404).end();
    const rest = url.slice(path.length);
    const cut = { originalUrl: url, baseUrl: path, url: rest.startsWith('/') ? rest : `/${rest}` };
    return gateway(Object.assign(request, cut), response);
  };

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('an unknown path', () => {
  test('is 404 below a mounted path, too, and the answer names the missing option', async () => {
    const origin = await serve(mountedAt('/api/graphql', world.start()));
    const response = await fetch(`${origin}/api/graphql`, init);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: 'Not found.',
      hint: 'GraphQL is at POST /graphql. If this gateway is mounted at another path, set graphqlEndpoint (MINTGATE_GRAPHQL_PATH) to it.',
    });
  });

  test('is served once the option names it', async () => {
    const origin = await serve(mountedAt('/api/graphql', world.start({ graphqlEndpoint: '/api/graphql' })));
    const response = await fetch(`${origin}/api/graphql`, init);
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });

  test('is the same 404 in a host with fetch requests', async () => {
    const response = await world.start().fetch(new Request(`${gatewayOrigin}/api/graphql`, init));
    expect([response.status, await response.text()]).toEqual([
      404,
      expect.stringContaining('set graphqlEndpoint'),
    ]);
  });
});

test('the GraphQL endpoint can be moved, and its old path is 404', async () => {
  const get = (path: string) => gateway.fetch(new Request(gatewayOrigin + path));
  const gateway = world.start({ graphqlEndpoint: '/api/graphql' });
  expect((await gateway.post('{"query":"{ __typename }"}')).status).toBe(200);
  expect((await get('/graphql')).status).toBe(404);
  expect((await get('/api/graphql/more')).status).toBe(404);
});
