import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestGateway, useGateways } from '../support/gateway.ts';

const world = useGateways();
const json = JSON.stringify({ query: '{ session { id } }' });
let server: Server;
let gateway: TestGateway;

beforeEach(async () => {
  gateway = world.start({ maxBodyBytes: 1_000 });
  server = createServer(gateway);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const port = () => (server.address() as AddressInfo).port;

/** Sends a request with exactly these headers and resolves to the answer's status and body. */
function send(headers: Record<string, string>, body: string | string[]) {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const outgoing = request(
    { port: port(), host: '127.0.0.1', path: '/graphql', method: 'POST', headers },
    (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    },
  );
  outgoing.on('error', reject);
  for (const chunk of [body].flat()) outgoing.write(chunk);
  outgoing.end();
  return promise;
}

/** Writes raw bytes and resolves to the first line of the answer. */
function sendRaw(text: string | Buffer) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(port(), '127.0.0.1', () => socket.write(text));
  socket.setEncoding('utf8');
  socket.once('data', (data) => {
    resolve(String(data).split('\r\n')[0] ?? '');
    socket.destroy();
  });
  socket.once('error', reject);
  socket.once('close', () => resolve('closed'));
  return promise;
}

/** Writes raw bytes and resolves to the whole answer, once the connection is closed. */
function sendAndReadAll(text: string) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(port(), '127.0.0.1', () => socket.write(text));
  let answer = '';
  socket.setEncoding('utf8').on('data', (data) => {
    answer += data;
  });
  socket.once('error', reject);
  socket.once('close', () => resolve(answer));
  return promise;
}

describe('over a real socket', () => {
  test('answers a signed-in query', async () => {
    const headers = {
      'content-type': 'application/json',
      'content-length': String(json.length),
      authorization: `Bearer ${await world.clerk.mintSessionToken('sess_ada')}`,
    };
    const { status, text } = await send(headers, json);
    expect([status, JSON.parse(text)]).toEqual([200, { data: { session: { id: 'sess_ada' } } }]);
  });

  test('X02 a POST without Content-Length is refused with 411', async () => {
    const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
    expect((await send(headers, [json.slice(0, 5), json.slice(5)])).status).toBe(411);
  });

  test('X20 one byte order mark before the JSON is accepted, two are not', async () => {
    const ask = (body: string) =>
      send({ 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }, body);
    expect(await ask(`\ufeff${json}`)).toEqual({ status: 200, text: '{"data":{"session":null}}' });
    for (const body of [`\ufeff\ufeff${json}`, '\ufeff', `${json}\ufeff`, `{\ufeff}`])
      expect((await ask(body)).status).toBe(400);
  });

  test('X02 a POST above the limit is refused with 413', async () => {
    const body = json.padEnd(1_001);
    const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
    expect((await send(headers, body)).status).toBe(413);
  });

  test('X02 a POST that declares too much is refused with 413 before its body arrives', async () => {
    const head =
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1048576\r\n\r\n';
    expect(await sendRaw(head)).toMatch(/^HTTP\/1\.1 413 /);
  });

  test.each([
    ['a Content-Length that is not a number', 'content-length: abc\r\n\r\n'],
    ['a negative Content-Length', 'content-length: -5\r\n\r\n'],
    ['Content-Length beside chunked', 'content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['two Content-Lengths', 'content-length: 5\r\ncontent-length: 6\r\n\r\n'],
  ])('X12 %s is a client error', async (_what, rest) => {
    const head = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
    expect(await sendRaw(head + rest)).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  test('X12 10,000 headers and random bytes are client errors', async () => {
    const many = Array.from({ length: 10_000 }, (_, at) => `x-${at}: y\r\n`).join('');
    expect(await sendRaw(`POST /graphql HTTP/1.1\r\nhost: x\r\n${many}\r\n`)).toMatch(
      /^HTTP\/1\.1 4\d\d |^closed$/,
    );
    expect(await sendRaw(Buffer.from([0xff, 0x00, 0x13, 0x37, 0x0d, 0x0a, 0x0d, 0x0a]))).toMatch(
      /^HTTP\/1\.1 400 /,
    );
    const { status } = await send(
      { 'content-type': 'application/json', 'content-length': String(json.length) },
      json,
    );
    expect(status).toBe(200);
  });

  test('X12 a body of 1 MB is refused, with its length or in chunks, and the gateway still serves', async () => {
    const body = json.padEnd(1_048_576);
    const head = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
    const announced = `${head}content-length: ${body.length}\r\n\r\n${body}`;
    const chunked = `${head}transfer-encoding: chunked\r\n\r\n100000\r\n${body}\r\n0\r\n\r\n`;
    expect(await sendRaw(announced)).toMatch(/^HTTP\/1\.1 413 /);
    expect(await sendRaw(chunked)).toMatch(/^HTTP\/1\.1 411 /);
    expect(await sendRaw(post('/graphql', 'x'))).toBe('HTTP/1.1 200 OK');
  });

  test.each(['text/event-stream', 'multipart/mixed'])(
    'X11 X12 an answer as %s closes the connection when the client requests it',
    async (accept) => {
      const request = post('/graphql', 'x').replace(
        'Host: x',
        `Host: x\r\nConnection: close\r\nAccept: ${accept}`,
      );
      const answer = await sendAndReadAll(request);
      expect(answer).toContain('{"data":{"session":null}}');
      expect(answer).toMatch(/^connection: close\r$/im);
      expect(answer).not.toMatch(/keep-alive/i);
    },
  );

  test('A13 an Authorization header with bytes beyond ASCII is refused, never 500', async () => {
    const head = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${json.length}\r\n`;
    const authorization = Buffer.from([0x42, 0x65, 0x61, 0x72, 0x65, 0x72, 0x20, 0xff, 0xfe, 0xe9]);
    const raw = Buffer.concat([
      Buffer.from(`${head}authorization: `),
      authorization,
      Buffer.from(`\r\n\r\n${json}`),
    ]);
    expect(await sendRaw(raw)).toBe('HTTP/1.1 200 OK');
    expect(JSON.parse(gateway.logLines.at(-1) ?? '')).toMatchObject({
      outcome: 'UNAUTHENTICATED',
      refusal: 'Authorization is not one Bearer token',
    });
  });

  test('A13 two Authorization headers are refused, even two equal ones', async () => {
    const good = `Authorization: Bearer ${await world.clerk.mintSessionToken('sess_ada')}`;
    for (const other of [good, 'authorization: Basic x', 'AUTHORIZATION:']) {
      for (const headers of [`${good}\r\n${other}`, `${other}\r\n${good}`]) {
        const request = post('/graphql', 'example.com').replace('Content-Type', `${headers}\r\nContent-Type`);
        expect(await sendRaw(request)).toMatch(/^HTTP\/1\.1 400 /);
      }
    }
    expect(gateway.logLines.map((line) => JSON.parse(line))).toEqual(
      Array.from({ length: 6 }, () =>
        expect.objectContaining({
          status: 400,
          refusal: 'The request has several Authorization headers: send one at most.',
        }),
      ),
    );
  });

  test('X12 two Host headers are refused', async () => {
    const request = post('/graphql', 'example.com').replace(
      'Content-Type',
      'Host: other.example\r\nContent-Type',
    );
    expect(await sendRaw(request)).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('X02 a POST of exactly the limit is read', async () => {
    const body = json.padEnd(1_000);
    const headers = { 'content-type': 'application/json', 'content-length': '1000' };
    expect((await send(headers, body)).status).toBe(200);
  });

  test('a request of HTTP/1.0 without a Host is served', async () => {
    const head = `POST /graphql HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: ${json.length}`;
    expect(await sendRaw(`${head}\r\n\r\n${json}`)).toBe('HTTP/1.1 200 OK');
  });

  test('X12 targets that are not paths are client errors', async () => {
    for (const target of [
      '//',
      '*',
      'http://evil.example/graphql',
      '/graphql%00',
      '/%',
      '/graphql/../graphql',
    ]) {
      expect(await sendRaw(`GET ${target} HTTP/1.1\r\nhost: x\r\n\r\n`)).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(await sendRaw(post(target, 'x'))).toMatch(/^HTTP\/1\.1 4\d\d /);
    }
  });

  const post = (target: string, host: string | undefined) =>
    [
      `POST ${target} HTTP/1.1`,
      ...(host === undefined ? [] : [`Host: ${host}`]),
      'Content-Type: application/json',
      `Content-Length: ${json.length}`,
      '',
      json,
    ].join('\r\n');

  test.each([
    ...['[', 'a b', '::::', '%', '@', '127.0.0.1:99999', 'x/graphql?', 'user@example.com', 'x#', ''],
    // These match the pattern, but are not valid addresses.
    ...['1.2.3.999', '256.256.256.256', '1.2.3.4.5', '4294967296', '0xffffffffff', '1..2', '[::::]', '[1]'],
  ])('X12 the Host header %j is refused with a small 400 that has no internal detail', async (host) => {
    for (const target of ['/health', '/graphql', '/zzz']) {
      const answer = await sendAndReadAll(post(target, host));
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toMatch(/^cache-control: no-store\r$/im);
      expect(answer).toMatch(/^x-content-type-options: nosniff\r$/im);
      expect(answer).toMatch(/^connection: close\r$/im);
      expect(answer).not.toMatch(/ at |node_modules/);
    }
    expect(gateway.logLines.filter((line) => JSON.parse(line).level >= 40)).toEqual([]);
  });

  test.each(['example.com', 'localhost:4000', '127.0.0.1:1', '[::1]:8080', '[::1]', 'a_b.internal'])(
    'the Host header %j is served',
    async (host) => {
      expect(await sendRaw(post('/graphql', host))).toBe('HTTP/1.1 200 OK');
    },
  );

  test('X12 a target in absolute or asterisk form is refused', async () => {
    expect(await sendRaw(post('http://example.com/graphql', 'example.com'))).toMatch(/^HTTP\/1\.1 400 /);
    expect(await sendRaw(post('*', 'example.com'))).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('a path ends at its query, even if the query contains a URL', async () => {
    expect(await sendRaw(post('/graphql?x=a://b/c', 'example.com'))).toBe('HTTP/1.1 200 OK');
    expect(await sendRaw(post('//graphql', 'example.com'))).toMatch(/^HTTP\/1\.1 404 /);
  });

  test('X12 a client that disconnects while it sends its body causes no error in the log', async () => {
    const socket = connect(port(), '127.0.0.1', () =>
      socket.write(post('/graphql', 'example.com').slice(0, -5), () => socket.destroy()),
    );
    await expect.poll(() => gateway.logLines.length).toBeGreaterThan(0);
    expect(gateway.logLines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 30, msg: 'graphql', outcome: 'BAD_REQUEST' },
    ]);
  });
});
