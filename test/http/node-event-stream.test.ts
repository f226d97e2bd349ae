import { EventEmitter } from 'node:events';
import { createServer, type Server } from 'node:http';
import * as http2 from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { createSchema, createYoga, type Plugin } from 'graphql-yoga';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { maskError } from '../../src/http/mask-error.ts';
import { respondWithEvents } from '../../src/http/node-event-stream.ts';
import { useErrorCodes } from '../../src/http/plugins/use-error-codes.ts';
import { useEventStreams } from '../../src/http/plugins/use-event-streams.ts';
import { useResponseHeaders } from '../../src/http/plugins/use-response-headers.ts';
import { createCoalescedTimers } from '../../src/time/coalesced-timers.ts';

/** The values that a subscription to `values(kind)` delivers, in this order; an error fails its event. */
const kinds: Record<string, readonly unknown[]> = {
  'one value': ['a'],
  'several values': ['a', 'b', 'c'],
  'no value': [],
  'values beyond ASCII': ['é', '汉', '😀', '\u2028', '\ud800', 'a\nb\r\nc'],
  'a large value': ['x'.repeat(300_000)],
  'an error': ['a', new GraphQLError('refused', { extensions: { code: 'FORBIDDEN' } })],
  'an error with HTTP headers': [
    new GraphQLError('later', {
      extensions: { code: 'RATE_LIMITED', retryAfter: 3, http: { headers: { 'retry-after': '3' } } },
    }),
  ],
  'an unexpected error': [new Error('secret')],
};

async function* eventsOf(values: readonly unknown[]) {
  yield* values;
}

const query = 'subscription($kind: String!) { values(kind: $kind) { text } }';
const requestBody = (kind: string) => JSON.stringify({ query, variables: { kind } });

/** Creates a listener of node:http that answers the subscription. @param logged - gets the errors that are masked */
const createListener = (plugins: Plugin[], logged: unknown[] = []) =>
  createYoga({
    schema: createSchema({
      typeDefs:
        'type Query { a: Int } type Subscription { values(kind: String!): Value } type Value { text: String! }',
      resolvers: {
        Subscription: {
          values: {
            subscribe(_root, { kind }: { kind: string }) {
              if (kind === 'a refusal')
                throw new GraphQLError('refused', { extensions: { code: 'FORBIDDEN' } });
              if (kind === 'a fault') throw new Error('secret');
              return eventsOf(kinds[kind] ?? []);
            },
            resolve(value: unknown) {
              if (value instanceof Error) throw value;
              return { text: value };
            },
          },
        },
      },
    }),
    plugins: [useErrorCodes('production'), useResponseHeaders(), ...plugins],
    maskedErrors: { maskError },
    logging: { debug() {}, info() {}, warn() {}, error: (error: Error) => logged.push(error.message) },
  });

async function listen(server: Server | http2.Http2Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Returns all bytes that a server of node:http sends for a request, as text, without the date, and what it logs. */
async function bytesOf(plugins: Plugin[], body: string, accept = 'text/event-stream') {
  const logged: unknown[] = [];
  const port = await listen(createServer(createListener(plugins, logged)));
  const socket = connect(port, '127.0.0.1');
  socket.end(
    `POST /graphql HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\naccept: ${accept}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  const bytes = Buffer.concat(chunks)
    .toString('latin1')
    .replace(/^date: .*$/im, 'date: now');
  return { bytes, logged };
}

test.each(Object.keys(kinds))('sends the bytes that Yoga sends: %s', async (kind) => {
  const ours = await bytesOf([useEventStreams()], requestBody(kind));
  expect(ours).toEqual(await bytesOf([], requestBody(kind)));
  expect(ours.bytes).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(ours.bytes.endsWith('event: complete\ndata:\n\n\r\n0\r\n\r\n')).toBe(true);
  expect(ours.bytes).not.toContain('secret');
  expect(ours.logged).toEqual(kind === 'an unexpected error' ? ['secret'] : []);
});

test.each<[string, object]>([
  ['without a variable', { query }],
  ['with a variable that is null', { query, variables: { kind: null } }],
  ['with a variable of another type', { query, variables: { kind: { a: [1] } } }],
  ['with too many variables', { query, variables: { kind: 'one value', more: 1 } }],
  [
    'with a name',
    { query: query.replace('(', ' Named('), variables: { kind: 'one value' }, operationName: 'Named' },
  ],
  [
    'with an alias, a fragment and directives',
    {
      query:
        'subscription($kind: String!, $no: Boolean = false) { all: values(kind: $kind) { ...F a: text @include(if: $no) b: text @skip(if: $no) __typename } } fragment F on Value { text }',
      variables: { kind: 'an error' },
    },
  ],
  ['that does not begin', { query, variables: { kind: 'a refusal' } }],
  ['that does not begin, unexpectedly', { query, variables: { kind: 'a fault' } }],
])('answers what Yoga answers to a subscription %s', async (_what, request) => {
  for (const accept of ['text/event-stream', '*/*', 'application/json, text/event-stream;q=0.5']) {
    const body = JSON.stringify(request);
    expect(await bytesOf([useEventStreams()], body, accept)).toEqual(await bytesOf([], body, accept));
  }
});

test.each(Object.keys(kinds))('sends what Yoga sends by HTTP/2: %s', async (kind) => {
  const read = async (plugins: Plugin[]) => {
    const port = await listen(http2.createServer(createListener(plugins) as never));
    const session = http2.connect(`http://127.0.0.1:${port}`);
    onTestFinished(() => session.destroy());
    const stream = session.request({
      ':method': 'POST',
      ':path': '/graphql',
      accept: 'text/event-stream',
      'content-type': 'application/json',
    });
    stream.end(requestBody(kind));
    return text(stream);
  };
  const ours = await read([useEventStreams()]);
  expect(ours).toBe(await read([]));
  expect(ours.endsWith('event: complete\ndata:\n\n')).toBe(true);
});

/** A response of node:http whose socket takes nothing while `isFull`. */
class FakeResponse extends EventEmitter {
  isFull = false;
  texts: string[] = [];
  get writableNeedDrain() {
    return this.isFull;
  }
  write(text: string) {
    this.texts.push(text);
    return !this.isFull;
  }
  end(text: string) {
    this.texts.push(text, 'end');
  }
  destroy() {
    this.texts.push('destroyed');
  }
}

/** Pipes the results of a source into a response. */
function start() {
  const waiting: ((result: ExecutionResult | undefined) => void)[] = [];
  const source = {
    next: vi.fn(() => new Promise<ExecutionResult | undefined>((resolve) => waiting.push(resolve))),
    end: vi.fn(async () => {}),
  };
  const response = new FakeResponse();
  const { body } = respondWithEvents(source, globalThis, createCoalescedTimers(), () => {});
  const stream = body as unknown as { pipe(response: FakeResponse): void; destroy(): void };
  stream.pipe(response);
  const deliver = async (result: ExecutionResult | undefined) => {
    waiting.shift()?.(result);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { source, response, stream, deliver };
}

describe('an event stream', () => {
  test('sends a heartbeat at once, then every 12 s, until it ends', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { response, deliver } = start();
    expect(response.texts).toEqual([':\n\n']);
    await vi.advanceTimersByTimeAsync(12_100);
    expect(response.texts).toEqual([':\n\n', ':\n\n']);
    await vi.advanceTimersByTimeAsync(12_100);
    expect(response.texts).toHaveLength(3);
    await deliver(undefined);
    expect(response.texts.slice(3)).toEqual(['event: complete\ndata:\n\n', 'end']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('ends its source when the client leaves, and writes nothing more', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { source, response, stream, deliver } = start();
    await deliver({ data: { a: 1 } });
    const before = [...response.texts];
    stream.destroy();
    stream.destroy();
    await deliver({ data: { a: 2 } });
    expect(source.end).toHaveBeenCalled();
    expect(response.texts).toEqual(before);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('reads no result and sends no heartbeat while the client reads nothing', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { source, response, deliver } = start();
    response.isFull = true;
    await deliver({ data: { a: 1 } });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(source.next).toHaveBeenCalledTimes(1);
    expect(response.texts).toHaveLength(2);
    response.isFull = false;
    response.emit('drain');
    await vi.advanceTimersByTimeAsync(0);
    await deliver({ data: { a: 2 } });
    expect(response.texts.slice(2)).toEqual(['event: next\ndata: {"data":{"a":2}}\n\n']);
  });

  test('whose source fails reports the error, and closes the connection without completing', async () => {
    const response = new FakeResponse();
    const errors: unknown[] = [];
    const failing = { next: () => Promise.reject(new Error('broken')), end: async () => {} };
    const { body } = respondWithEvents(failing, globalThis, createCoalescedTimers(), (error) =>
      errors.push(error),
    );
    (body as unknown as { pipe(response: FakeResponse): void }).pipe(response);
    await expect.poll(() => response.texts).toEqual([':\n\n', 'destroyed']);
    expect(errors).toEqual([new Error('broken')]);
  });
});
