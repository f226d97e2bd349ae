import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clerkEvents, newSigningSecret, signWebhook } from '../../support/clerk-events.ts';
import { type TestGateway, useGateways } from '../../support/gateway.ts';
import { useWebhooks } from '../../support/webhook-gateways.ts';

const world = useGateways();
const { secret, start, askWith } = useWebhooks(world);
let server: Server;
let gateway: TestGateway;

beforeEach(async () => {
  gateway = start({ requireSession: true });
  server = createServer(gateway);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const port = () => (server.address() as AddressInfo).port;
const revoked = () => clerkEvents().session('revoked', 'sess_ada');
const ada = async () => askWith(gateway, await world.clerk.mintSessionToken('sess_ada'));

/** Sends chunks with exactly these headers and resolves to the status. */
function post(headers: Record<string, string>, chunks: string[]): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const options = { port: port(), host: '127.0.0.1', path: '/webhooks/clerk', method: 'POST', headers };
  const outgoing = request(options, (response) => {
    response.resume().on('end', () => resolve(response.statusCode ?? 0));
  });
  outgoing.on('error', reject);
  for (const chunk of chunks) outgoing.write(chunk);
  outgoing.end();
  return promise;
}

/** Writes a head, leaves the body out, and resolves to the first line of the answer. */
function sendHead(head: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(port(), '127.0.0.1', () => socket.write(head));
  socket.setEncoding('utf8').once('data', (data) => {
    resolve(String(data).split('\r\n')[0] ?? '');
    socket.destroy();
  });
  socket.once('error', reject);
  socket.once('close', () => resolve('closed'));
  return promise;
}

test('R04 a webhook through a node:http server revokes; one without a length is refused with 411', async () => {
  expect(await ada()).toMatch(/^eyJ/);
  const { body, headers } = signWebhook(secret, revoked());
  expect(await post({ ...headers, 'content-length': String(body.length) }, [body])).toBe(200);
  expect(await ada()).toBe('UNAUTHENTICATED');
  const halves = [body.slice(0, 7), body.slice(7)];
  expect(await post({ ...headers, 'transfer-encoding': 'chunked' }, halves)).toBe(411);
});

test('R04 a forged webhook is refused, and changes nothing', async () => {
  const { body, headers } = signWebhook(newSigningSecret(), revoked());
  expect(await post({ ...headers, 'content-length': String(body.length) }, [body])).toBe(400);
  expect(await ada()).toMatch(/^eyJ/);
});

test('R04 bytes beyond ASCII in the headers are a client error', async () => {
  const { body, headers } = signWebhook(secret, revoked());
  const odd = { ...headers, 'svix-id': 'msg_\u00ff\u0080', 'content-length': String(body.length) };
  expect(await post(odd, [body])).toBe(400);
});

test('R04 1 MB that declares its length is refused before its body arrives', async () => {
  const head = 'POST /webhooks/clerk HTTP/1.1\r\nhost: x\r\nsvix-id: a\r\nsvix-timestamp: 1\r\n';
  const answer = sendHead(`${head}svix-signature: v1,a\r\ncontent-length: 1048576\r\n\r\n`);
  const silence = new Promise<string>((resolve) => setTimeout(() => resolve('no answer'), 3_000));
  expect(await Promise.race([answer, silence])).toMatch(/^HTTP\/1\.1 4\d\d /);
});

test('R04 1 MB in chunks, without a length, is refused with 411, and the server still serves', async () => {
  const { headers } = signWebhook(secret, revoked());
  const chunks = Array.from({ length: 16 }, () => 'x'.repeat(65_536));
  expect(await post({ ...headers, 'transfer-encoding': 'chunked' }, chunks)).toBe(411);
  const { body, headers: own } = signWebhook(secret, revoked());
  expect(await post({ ...own, 'content-length': String(body.length) }, [body])).toBe(200);
});

test('R04 a webhook that the host has parsed is refused, because its signature covers other bytes; one that the host has only read is accepted', async () => {
  const { body, headers } = signWebhook(secret, revoked());
  const sent = { ...headers, 'content-length': String(body.length) };
  server.removeAllListeners('request');
  server.on('request', async (request, response) => {
    const chunks = await request.toArray();
    const bytes = Buffer.concat(chunks);
    // Like express.json() and express.raw().
    gateway(Object.assign(request, { body: raw ? bytes : JSON.parse(String(bytes)) }), response);
  });
  let raw = false;
  expect(await post(sent, [body])).toBe(500);
  expect(gateway.logLines.join('')).toContain('mount the gateway before the body parser');
  expect(await ada()).toMatch(/^eyJ/);
  raw = true;
  expect(await post(sent, [body])).toBe(200);
  expect(await ada()).toBe('UNAUTHENTICATED');
});

test('R04 a webhook is verified by its rawBody, if the host keeps one beside the parsed body', async () => {
  server.removeAllListeners('request');
  let keep: (bytes: Buffer) => unknown = (bytes) => bytes;
  server.on('request', async (request, response) => {
    const bytes = Buffer.concat(await request.toArray());
    // Like Cloud Functions, Firebase and NestJS.
    gateway(Object.assign(request, { body: JSON.parse(String(bytes)), rawBody: keep(bytes) }), response);
  });
  const deliver = (signingSecret: string) => {
    // The spaces are lost if the body is parsed and serialized again.
    const { body, headers } = signWebhook(signingSecret, JSON.stringify(revoked(), null, 2));
    return post({ ...headers, 'content-length': String(Buffer.byteLength(body)) }, [body]);
  };
  expect(await deliver(newSigningSecret())).toBe(400);
  expect(await ada()).toMatch(/^eyJ/);
  for (const odd of [undefined, null, {}, true, '', Buffer.alloc(0)]) {
    keep = () => odd;
    expect(await deliver(secret)).toBe(500);
  }
  expect(gateway.logLines.join('')).toContain('keep the bytes as rawBody');
  for (const kept of [(bytes: Buffer) => bytes, String]) {
    keep = kept;
    expect(await deliver(secret)).toBe(200);
  }
  expect(await ada()).toBe('UNAUTHENTICATED');
});
