import { EventEmitter } from 'node:events';
import { createServer, type Server } from 'node:http';
import * as http2 from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { createSchema, createYoga, type Plugin } from 'graphql-yoga';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
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

const query = 'subscription($kind: String!) { values(kind: $kind) { text } }';
const requestBody = (kind: string) => JSON.stringify({ query, variables: { kind } });

/** Creates a listener of node:http that answers the subscription. */
const createListener = (plugins: Plugin[]) =>
  createYoga({
    schema: createSchema({
      typeDefs:
        'type Query { a: Int } type Subscription { values(kind: String!): Value } type Value { text: String! }',
      resolvers: {
        Subscription: {
          values: {
            async *subscribe(_root, { kind }: { kind: string }) {
              yield* kinds[kind] ?? [];
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
    logging: false,
  });

async function listen(server: Server | http2.Http2Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Returns all bytes that a server of node:http sends for a subscription, as text, without the date. */
async function bytesOf(plugins: Plugin[], kind: string): Promise<string> {
  const port = await listen(createServer(createListener(plugins)));
  const body = requestBody(kind);
  const socket = connect(port, '127.0.0.1');
  socket.end(
    `POST /graphql HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks)
    .toString('latin1')
    .replace(/^date: .*$/im, 'date: now');
}

test.each(Object.keys(kinds))('sends the bytes that Yoga sends: %s', async (kind) => {
  const [ours, yogas] = [await bytesOf([useEventStreams()], kind), await bytesOf([], kind)];
  expect(ours).toBe(yogas);
  expect(ours).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(ours.endsWith('event: complete\ndata:\n\n\r\n0\r\n\r\n')).toBe(true);
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
  const waiting: ((item: IteratorResult<ExecutionResult>) => void)[] = [];
  const source = {
    next: vi.fn(() => new Promise<IteratorResult<ExecutionResult>>((resolve) => waiting.push(resolve))),
    return: vi.fn(async () => ({ done: true as const, value: undefined })),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  const response = new FakeResponse();
  const { body } = respondWithEvents(source, globalThis, createCoalescedTimers());
  const stream = body as unknown as { pipe(response: FakeResponse): void; destroy(): void };
  stream.pipe(response);
  const deliver = async (item: IteratorResult<ExecutionResult>) => {
    waiting.shift()?.(item);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { source, response, stream, deliver };
}

const result = (data: Record<string, unknown>) => ({ done: false as const, value: { data } });

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
    await deliver({ done: true, value: undefined });
    expect(response.texts.slice(3)).toEqual(['event: complete\ndata:\n\n', 'end']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('ends its source when the client leaves, and writes nothing more', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { source, response, stream, deliver } = start();
    await deliver(result({ a: 1 }));
    const before = [...response.texts];
    stream.destroy();
    stream.destroy();
    await deliver(result({ a: 2 }));
    expect(source.return).toHaveBeenCalled();
    expect(response.texts).toEqual(before);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('reads no result and sends no heartbeat while the client reads nothing', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { source, response, deliver } = start();
    response.isFull = true;
    await deliver(result({ a: 1 }));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(source.next).toHaveBeenCalledTimes(1);
    expect(response.texts).toHaveLength(2);
    response.isFull = false;
    response.emit('drain');
    await vi.advanceTimersByTimeAsync(0);
    await deliver(result({ a: 2 }));
    expect(response.texts.slice(2)).toEqual(['event: next\ndata: {"data":{"a":2}}\n\n']);
  });

  test('whose source fails closes the connection without completing', async () => {
    const response = new FakeResponse();
    const failing = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('broken')) }),
    };
    const { body } = respondWithEvents(failing, globalThis, createCoalescedTimers());
    (body as unknown as { pipe(response: FakeResponse): void }).pipe(response);
    await expect.poll(() => response.texts).toEqual([':\n\n', 'destroyed']);
  });
});
