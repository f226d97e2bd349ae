import { createServer, type IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { readAnswer } from '../../../test/support/answer.ts';
import { clerkCookies } from '../../../test/support/tokens.ts';
import { listen, stop } from '../../listen.ts';
import { composeForHive } from './support/composers.ts';
import { startCommand } from './support/hive-gateway.ts';
import { startHive } from './support/token-routers.ts';
import { appOrigin, startTokenSupergraph, type TokenSupergraph } from './support/token-supergraph.ts';

let world: TokenSupergraph;
beforeAll(async () => {
  world = await startTokenSupergraph('x-billing-token');
});
afterAll(() => world?.close());
beforeEach(() => world.renew());

/** Starts Hive Gateway until the test ends. */
function start(
  ...[changes, services = world.services]: [changes?: object, services?: TokenSupergraph['services']]
) {
  const router = startHive({ ...world, services }, changes);
  onTestFinished(async () => void (await router.close()));
  return async (query: string, headers: Record<string, string>, context?: object) => {
    const body = JSON.stringify({ query });
    const request = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
    return readAnswer(await router.ask(request, context));
  };
}

/** Configurations that copy the credentials of the caller into headers for every subgraph. */
const careless = [
  [
    'transportEntries',
    {
      transportEntries: {
        '*': {
          headers: [
            ['authorization', '{context.headers.authorization}'],
            ['x-caller', '{context.headers.authorization}'],
            ['x-other-case', '{context.headers.Authorization}'],
          ],
        },
      },
    },
  ],
  [
    'propagateHeaders',
    {
      propagateHeaders: {
        fromClientToSubgraphs: ({
          context,
        }: {
          context: { headers: object; connectionParams?: object };
        }) => ({
          ...context.connectionParams,
          'x-caller': Object.entries(context.headers)
            .filter(([name]) => name.toLowerCase() === 'authorization')
            .map(([, value]) => String(value).replace(/^Bearer /, ''))
            .join(),
        }),
      },
    },
  ],
] as const;

const tokenOf = (sessionId: string) => world.clerk.mintSessionToken(sessionId, { azp: appOrigin });
const leaks = (secret: string) =>
  world.foreignHeaders().filter((headers) => JSON.stringify(headers).includes(secret));
const everything = '{ session { id device inventoryOf billingOf } inventoryUser billingUser }';

describe.each(careless)('a router that copies credentials by %s', (_what, changes) => {
  test.each(['authorization', 'Authorization'])(
    'H03 a session token in the connectionParams of a WebSocket reaches Mintgate and no other subgraph: %s',
    async (name) => {
      const ask = start(changes);
      const token = await tokenOf('sess_ada');
      const connectionParams = { [name]: `Bearer ${token}` };
      const { data, errors } = await ask(everything, {}, { connectionParams });
      expect(errors).toEqual([]);
      expect(data).toEqual({
        session: {
          id: 'sess_ada',
          device: 'the device of sess_ada',
          inventoryOf: 'user_ada',
          billingOf: 'user_ada',
        },
        ...{ inventoryUser: 'user_ada', billingUser: 'user_ada' },
      });
      expect(world.foreignHeaders().length).toBeGreaterThan(3);
      expect(leaks(token)).toEqual([]);
    },
  );

  test.each([
    ['twice', (token: string) => `Bearer ${token}, Bearer ${token}`],
    ['without a scheme', (token: string) => token],
    ['after a tab', (token: string) => `Bearer\t${token}`],
  ])('H03 a session token that Mintgate refuses reaches no other subgraph: %s', async (_how, write) => {
    const ask = start(changes);
    const token = await tokenOf('sess_ada');
    const { data } = await ask('{ deviceSession(id: "sess_ada") { device } inventoryUser }', {
      authorization: write(token),
    });
    expect(data).toMatchObject({ inventoryUser: null });
    expect(world.foreignHeaders().length).toBeGreaterThan(0);
    expect(leaks(token)).toEqual([]);
  });
});

test('H03 a page cannot forge its origin by connectionParams', async () => {
  const ask = start(careless[1][1]);
  const headers = { cookie: clerkCookies(await tokenOf('sess_ada')), origin: 'https://evil.example' };
  const connectionParams = { origin: appOrigin, 'sec-fetch-site': 'same-origin' };
  const { data, codes } = await ask('{ inventoryUser session { id } }', headers, { connectionParams });
  expect([data, new Set(codes)]).toEqual([{ inventoryUser: null, session: null }, new Set(['BAD_REQUEST'])]);
});

// biome-ignore lint/suspicious/noExplicitAny: the parameters of fetch, and more
type AnyFetch = (url: string, options?: any, ...more: any[]) => any;

test.each<[string, (fetchFn: AnyFetch, secret: string) => AnyFetch]>([
  [
    'adds a header',
    (fetchFn, secret) =>
      (url, options, ...more) =>
        fetchFn(url, { ...options, headers: { ...options.headers, 'x-late': secret } }, ...more),
  ],
  ['replaces fetch', () => (url, options) => fetch(url, options)],
])('H03 a session token reaches no other subgraph where a later plugin %s', async (_what, change) => {
  const token = await tokenOf('sess_ada');
  const later = {
    onFetch: ({ fetchFn, setFetchFn }: { fetchFn: AnyFetch; setFetchFn(fetchFn: AnyFetch): void }) =>
      setFetchFn(change(fetchFn, token)),
  };
  const ask = start({ ...careless[0][1], plugins: () => [later] });
  const { data } = await ask(everything, { authorization: `Bearer ${token}` });
  expect(data).toMatchObject({
    session: { id: 'sess_ada' },
    inventoryUser: 'user_ada',
    billingUser: 'user_ada',
  });
  expect(leaks(token)).toEqual([]);
});

describe('a subgraph that answers with a redirect', () => {
  /** Lets a subgraph redirect to another server. @returns the headers that the other server gets */
  async function redirect(name: string) {
    const arrived: IncomingHttpHeaders[] = [];
    const target = createServer((request, response) => {
      arrived.push(request.headers);
      response.setHeader('content-type', 'application/json').end('{"data":{"session":null}}');
    });
    const location = `${await listen(target)}/elsewhere`;
    const server = createServer((_request, response) => response.writeHead(307, { location }).end());
    const url = `${await listen(server)}/graphql`;
    onTestFinished(async () => void (await Promise.all([server, target].map(stop))));
    const services = world.services.map((service) => (service.name === name ? { ...service, url } : service));
    return { arrived, ask: start({}, services) };
  }

  test.each([
    ['mintgate', '{ session { id } }'],
    ['inventory', '{ inventoryUser }'],
  ])('H08 gets no credentials or token for the other server: %s', async (name, query) => {
    const { arrived, ask } = await redirect(name);
    const token = await tokenOf('sess_ada');
    const cookies = { cookie: clerkCookies(token), origin: appOrigin };
    for (const headers of [{ authorization: `Bearer ${token}` }, cookies]) {
      const { errors } = await ask(query, headers as Record<string, string>);
      expect(errors).toMatchObject([
        {
          message: expect.stringContaining('The server answered with a redirect.'),
          extensions: { code: 'SUBREQUEST_HTTP_ERROR' },
        },
      ]);
    }
    expect(arrived).toEqual([]);
  });

  test('is followed without a token, as by the router itself', async () => {
    const { arrived, ask } = await redirect('inventory');
    await ask('{ inventoryUser }', {});
    expect(arrived.length).toBe(1);
  });
});

test('a gateway in the process of the router can keep its host alive', async () => {
  const kept: unknown[] = [];
  const waitUntil = (work: Promise<unknown>) => void kept.push(work);
  const headers = { authorization: `Bearer ${await tokenOf('sess_ada')}` };
  const { data } = await start()('{ inventoryUser }', headers, { waitUntil });
  expect(data).toEqual({ inventoryUser: 'user_ada' });
  expect(kept).not.toEqual([]);
});

test('H01 the command hive-gateway gives the caller of a WebSocket its tokens', async () => {
  const router = await startCommand(
    composeForHive(world.services).supergraph ?? '',
    ['--config-path', 'subgraph-tokens.config.ts'],
    { MINTGATE_URL: world.mintgateUrl, MINTGATE_TIMEOUT: '60000' },
  );
  onTestFinished(async () => void (await router.close()));
  const token = await tokenOf('sess_ada');
  const query = '{ inventoryUser billingUser session { id } }';
  const result = await askBySocket(
    router.url.replace('http', 'ws'),
    { Authorization: `Bearer ${token}` },
    query,
  );
  expect(result).toEqual({
    data: { inventoryUser: 'user_ada', billingUser: 'user_ada', session: { id: 'sess_ada' } },
  });
  expect(leaks(token)).toEqual([]);
});

/** Asks by the protocol graphql-transport-ws. */
function askBySocket(url: string, connectionParams: object, query: string): Promise<unknown> {
  const socket = new WebSocket(url, 'graphql-transport-ws');
  const send = (message: object) => socket.send(JSON.stringify(message));
  return new Promise<unknown>((resolve, reject) => {
    socket.onopen = () => send({ type: 'connection_init', payload: connectionParams });
    socket.onmessage = ({ data }) => {
      const { type, payload } = JSON.parse(String(data));
      if (type === 'connection_ack') send({ id: '1', type: 'subscribe', payload: { query } });
      if (type === 'next' || type === 'error') resolve(payload);
    };
    socket.onerror = () => reject(new Error('the WebSocket has failed'));
    socket.onclose = () => reject(new Error('the WebSocket has been closed'));
  }).finally(() => socket.close());
}
