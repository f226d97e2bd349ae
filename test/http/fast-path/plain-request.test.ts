import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type PlainHead, plainHeadOf, plainHeadOfFetch } from '../../../src/http/fast-path/plain-request.ts';
import { maxPlainLength } from '../../../src/http/fast-path.ts';
import { createWireClient } from '../../support/wire-client.ts';

const limits = { graphqlEndpoint: '/graphql', maxBodyBytes: 65_536 };
const headers = { 'content-type': 'application/json', authorization: 'Bearer x' };
const head: PlainHead = { authorization: 'Bearer x', accept: '', origin: '', scheme: 'http' };

/** The differences of a request from a plain one. */
interface Change {
  method?: string;
  target?: string;
  headers?: Record<string, string | undefined>;
}

const same: [string, Change, Partial<PlainHead>][] = [
  ['nothing unusual', {}, {}],
  ['parameters of its content type', { headers: { 'content-type': 'application/json; charset=utf-8' } }, {}],
  ['a type and an origin', { headers: { accept: '*/*', origin: 'null' } }, { accept: '*/*', origin: 'null' }],
  ['an empty accept header', { headers: { accept: '' } }, {}],
  ['other headers', { headers: { cookie: 'a=b', 'x-user-id': 'user_eve', 'accept-encoding': 'gzip' } }, {}],
  ['another scheme of credentials', { headers: { authorization: 'Basic x' } }, { authorization: 'Basic x' }],
];

const unusual: [string, Change][] = [
  ['another method', { method: 'PUT' }],
  ['a query', { target: '/graphql?x' }],
  ['an empty query', { target: '/graphql?' }],
  ['another path', { target: '/graphql/' }],
  ['a path in another case', { target: '/GraphQL' }],
  ['no credentials', { headers: { authorization: undefined } }],
  ['no content type', { headers: { 'content-type': undefined } }],
  ['another content type', { headers: { 'content-type': 'text/plain' } }],
  ['another charset', { headers: { 'content-type': 'application/json; charset=utf-16' } }],
  ['a content encoding', { headers: { 'content-encoding': 'gzip' } }],
  ['a header of a preflight', { headers: { 'access-control-request-headers': 'x-a' } }],
  ['the other header of a preflight', { headers: { 'access-control-request-method': 'POST' } }],
  ['an accept header of images', { headers: { accept: 'image/*' } }],
  ['an accept header that contains json', { headers: { accept: 'application/jsonx' } }],
  ['an accept header of a browser without */*', { headers: { accept: 'text/html' } }],
  ['a large declared length', { headers: { 'content-length': String(maxPlainLength + 1) } }],
];

describe('a request of node:http', () => {
  /** Sends a request, and returns its head as the listener sees it. */
  async function seen(
    { method = 'POST', target = '/graphql', headers: more = {} }: Change,
    prepare: (request: IncomingMessage) => void = () => {},
    maxBodyBytes = limits.maxBodyBytes,
  ): Promise<PlainHead | undefined> {
    let found: PlainHead | undefined;
    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
      prepare(request);
      found = plainHeadOf(request, { ...limits, maxBodyBytes });
      response.setHeader('connection', 'close').end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = createWireClient((server.address() as AddressInfo).port);
    onTestFinished(() => {
      client.close();
      server.closeAllConnections();
      server.close();
    });
    const all = { host: 'localhost', ...headers, 'content-length': '2', ...more };
    const lines = Object.entries(all).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}: ${value}`],
    );
    await client.ask([Buffer.from([`${method} ${target} HTTP/1.1`, ...lines, '', '{}'].join('\r\n'))]);
    return found;
  }

  test.each(same)('X22 is plain with %s', async (_what, change, expected) => {
    expect(await seen(change)).toEqual({ ...head, ...expected });
  });

  test.each([
    ...unusual,
    ['no length', { headers: { 'content-length': undefined, 'transfer-encoding': 'chunked' } }] as [
      string,
      Change,
    ],
    ['the absolute form of its target', { target: 'http://localhost/graphql' }] as [string, Change],
  ])('X22 is not plain with %s', async (_what, change) => {
    expect(await seen(change)).toBeUndefined();
  });

  test.each<[string, (request: IncomingMessage) => void]>([
    ['another original URL', (request) => Object.assign(request, { originalUrl: '/api/graphql' })],
    ['a parsed body', (request) => Object.assign(request, { body: {} })],
    ['a raw body', (request) => Object.assign(request, { rawBody: Buffer.from('{}') })],
    ['a body that flows', (request) => void request.resume()],
    ['a body that is paused', (request) => void request.pause()],
    ['a body that is read', (request) => Object.defineProperty(request, 'readableDidRead', { value: true })],
    ['a closed stream', (request) => void request.destroy()],
    // As light-my-request, with which Fastify and hapi test.
    ['an imitation of a request', (request) => void Object.assign(request, { complete: undefined })],
    ['an encoding', (request) => void request.setEncoding('utf8')],
    ['another path of the mount', (request) => Object.assign(request, { url: '/' })],
  ])('X22 is not plain where the host has left %s', async (_what, prepare) => {
    expect(await seen({}, prepare)).toBeUndefined();
  });

  test('X22 is plain where the host has left the same original URL', async () => {
    expect(await seen({}, (request) => Object.assign(request, { originalUrl: '/graphql' }))).toEqual(head);
  });

  test('X22 is not plain with a length above the limit of the gateway', async () => {
    expect(await seen({}, undefined, 1)).toBeUndefined();
    expect(await seen({}, undefined, 2)).toEqual(head);
  });
});

describe('a Request', () => {
  function seen({ method = 'POST', target = '/graphql', headers: more = {} }: Change): PlainHead | undefined {
    const pairs = Object.entries({ ...headers, ...more }).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    );
    const url = new URL(target, 'https://tokens.example.com');
    return plainHeadOfFetch(new Request(url, { method, headers: pairs, body: '{}' }), limits);
  }

  test.each(same)('X22 is plain with %s', (_what, change, expected) => {
    expect(seen(change)).toEqual({ ...head, scheme: 'https', ...expected });
  });

  test.each(unusual)('X22 is not plain with %s', (_what, change) => {
    expect(seen(change)).toBeUndefined();
  });

  test('X22 is not plain once its body is read, or its client has gone', async () => {
    const request = new Request('https://a.example/graphql', { method: 'POST', headers, body: '{}' });
    expect(plainHeadOfFetch(request, limits)).toEqual({ ...head, scheme: 'https' });
    await request.text();
    expect(plainHeadOfFetch(request, limits)).toBeUndefined();
    const { signal } = { signal: AbortSignal.abort() };
    const gone = new Request('https://a.example/graphql', { method: 'POST', headers, body: '{}', signal });
    expect(plainHeadOfFetch(gone, limits)).toBeUndefined();
  });

  test('X22 is plain without a signal', () => {
    const request = new Request('https://a.example/graphql', { method: 'POST', headers, body: '{}' });
    Object.defineProperty(request, 'signal', { value: null });
    expect(plainHeadOfFetch(request, limits)).toEqual({ ...head, scheme: 'https' });
  });
});
