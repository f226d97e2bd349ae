import { createServer, type RequestListener } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, connect, type Server } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { appOrigin, useGateways } from '../support/gateway.ts';
import { clerkCookies } from '../support/tokens.ts';

const world = useGateways();
const json = JSON.stringify({ query: '{ session { id } }' });

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Starts a gateway. Returns a function that sends it raw bytes, and resolves to the status and the body of the answer. */
async function rawGateway(host: (gateway: RequestListener) => RequestListener = (gateway) => gateway) {
  const port = await listen(createServer(host(world.start())));
  return (lines: readonly string[], body = '') => {
    const { promise, resolve, reject } = Promise.withResolvers<[status: string, body: string]>();
    const text = [...lines, 'Connection: close', '', body].join('\r\n');
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.setEncoding('utf8').on('data', (data) => {
      answer += data;
    });
    socket.once('error', reject);
    socket.once('close', () => resolve([answer.split(' ')[1] ?? '', answer.split('\r\n\r\n')[1] ?? '']));
    return promise;
  };
}

const healthy = ['200', '{"status":"ok"}'];
const post = (version: string) => [
  `POST /graphql HTTP/${version}`,
  'Content-Type: application/json',
  `Content-Length: ${json.length}`,
];

describe('requests without a Host header', () => {
  test('X17 HTTP/1.0 without Host gets the same answer before and after requests with one', async () => {
    const send = await rawGateway();
    for (const between of ['Host: example.com', 'Host: [::1]:8080', 'Host: a b', 'Host:']) {
      expect(await send(['GET /health HTTP/1.0'])).toEqual(healthy);
      expect((await send(['GET /ready HTTP/1.0', 'User-Agent: check_http/v2.3.5']))[0]).toBe('200');
      expect((await send(['HEAD /health HTTP/1.0']))[0]).toBe('200');
      expect((await send(['OPTIONS /health HTTP/1.0']))[0]).toBe('204');
      expect(await send(post('1.0'), json)).toEqual(['200', '{"data":{"session":null}}']);
      await send(['GET /health HTTP/1.1', between]);
    }
  });

  test('X17 a signed-in request without Host gets the same answer as one with Host', async () => {
    const send = await rawGateway();
    const bearer = `Authorization: Bearer ${await world.clerk.mintSessionToken('sess_ada')}`;
    const cookie = `Cookie: ${clerkCookies(await world.clerk.mintSessionToken('sess_ada', { azp: appOrigin }))}`;
    for (const who of [[bearer], [cookie, 'Sec-Fetch-Site: same-origin']])
      for (const head of [post('1.0'), [...post('1.1'), 'Host: example.com'], post('1.0')])
        expect(await send([...head, ...who], json)).toEqual([
          '200',
          '{"data":{"session":{"id":"sess_ada"}}}',
        ]);
  });

  test('X17 HTTP/1.1 without Host, and an empty Host, are refused every time', async () => {
    const send = await rawGateway();
    for (const _time of [1, 2]) {
      expect((await send(['GET /health HTTP/1.1']))[0]).toBe('400');
      expect((await send(['GET /health HTTP/1.1', 'Host:']))[0]).toBe('400');
      expect((await send(['GET /health HTTP/1.0', 'Host:']))[0]).toBe('400');
      await send(['GET /health HTTP/1.1', 'Host: example.com']);
    }
  });
});

describe('over HTTP/2', () => {
  async function http2Gateway() {
    const gateway = world.start();
    const listener = gateway as (request: unknown, response: unknown) => void;
    const port = await listen(createHttp2Server(listener));
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    onTestFinished(() => session.destroy());
    return (headers: Record<string, string>, body?: string) => {
      const { promise, resolve, reject } = Promise.withResolvers<[status: unknown, body: string]>();
      const stream = session.request(headers);
      let status: unknown;
      let text = '';
      stream.on('response', (head) => {
        status = head[':status'];
      });
      stream.setEncoding('utf8').on('data', (data) => {
        text += data;
      });
      stream.once('error', reject);
      stream.once('close', () => resolve([status, text]));
      stream.end(body);
      return promise;
    };
  }
  const health = { ':path': '/health' };
  const question = {
    ':method': 'POST',
    ':path': '/graphql',
    'content-type': 'application/json',
    'content-length': String(json.length),
  };

  test('X17 requests with :authority and no Host get the same answer before and after one with Host', async () => {
    const ask = await http2Gateway();
    for (const between of ['example.com', '1.2.3.999']) {
      expect(await ask(health)).toEqual([200, '{"status":"ok"}']);
      expect(await ask({ ...health, ':authority': 'example.com' })).toEqual([200, '{"status":"ok"}']);
      expect(await ask(question, json)).toEqual([200, '{"data":{"session":null}}']);
      await ask({ ...health, host: between });
    }
  });

  test('X17 an :authority must be a valid host, and must not differ from Host', async () => {
    const ask = await http2Gateway();
    for (const authority of ['1.2.3.999', 'x:99999', '[1]'])
      expect((await ask({ ...health, ':authority': authority }))[0]).toBe(400);
    const named = { ...health, ':authority': 'example.com' };
    expect((await ask({ ...named, host: 'other.example' }))[0]).toBe(400);
    expect((await ask({ ...named, host: 'example.com' }))[0]).toBe(200);
  });
});

describe('a request to which a host such as Express adds fields', () => {
  const adding =
    (more: object) =>
    (gateway: RequestListener): RequestListener =>
    (request, response) =>
      gateway(Object.assign(request, more), response);

  test('X17 is refused if the added protocol or host name cannot be part of a URL', async () => {
    for (const more of [{ protocol: 'a b' }, { protocol: 'http://x/graphql?' }, { hostname: 'a b' }]) {
      const send = await rawGateway(adding(more));
      expect((await send(post('1.0'), json))[0]).toBe('400');
    }
  });

  test('X17 is served if the added protocol and host name are valid', async () => {
    for (const more of [
      { protocol: 'https', hostname: 'tokens.example.com' },
      { protocol: 'HTTPS' },
      { protocol: '', hostname: '' },
      { hostname: undefined },
    ]) {
      const send = await rawGateway(adding(more));
      expect(await send(post('1.0'), json)).toEqual(['200', '{"data":{"session":null}}']);
    }
  });
});
