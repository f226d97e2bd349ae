import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { keptText } from '../../../src/http/body/kept-body.ts';
import { listenFast } from '../../../src/http/fast-path/fast-listener.ts';
import type { FastAnswer, PlainRequest } from '../../../src/http/fast-path.ts';
import { serveGateway } from '../../support/serve-gateway.ts';
import { createWireClient } from '../../support/wire-client.ts';

const answer: FastAnswer = { headers: { a: '1', vary: 'Accept' }, body: '{"data":"é"}' };
const settings = { graphqlEndpoint: '/graphql', maxBodyBytes: 1_000 };

/** Serves a listener whose Yoga answers with the kept text. */
async function start(
  answered: FastAnswer | undefined,
  prepare: (response: ServerResponse) => void = () => {},
) {
  const seen: PlainRequest[] = [];
  const kept: unknown[] = [];
  const fastPath = {
    answer(request: PlainRequest) {
      seen.push(request);
      return answered;
    },
  };
  const present = () => ({ fastPath, settings });
  const listener = listenFast(present, (request: IncomingMessage, response: ServerResponse) => {
    try {
      kept.push(keptText(request));
    } catch (error) {
      kept.push((error as Error).message);
    }
    response.end('yoga');
  });
  const results: unknown[] = [];
  const { url } = await serveGateway((request, response) => {
    prepare(response);
    const result: unknown = listener(request, response);
    results.push(result);
  });
  const port = Number(new URL(url).port);
  const client = createWireClient(port);
  onTestFinished(() => client.close());
  return { client, port, seen, kept, results };
}

const post = (body: string, more: string[] = []): Buffer => {
  const lines = ['host: localhost', 'content-type: application/json', 'authorization: Bearer x', ...more];
  const length = `content-length: ${Buffer.byteLength(body)}`;
  return Buffer.from(['POST /graphql HTTP/1.1', ...lines, length, '', body].join('\r\n'));
};

test('X22 a plain request is answered with the headers, the length in bytes and the body of the fast path', async () => {
  const { client, seen, kept } = await start(answer);
  const { statusLine, headers, body } = await client.ask([post('{"é":1}')]);
  expect([statusLine, Buffer.from(body, 'latin1').toString()]).toEqual(['HTTP/1.1 200 OK', answer.body]);
  expect(headers).toEqual(
    expect.arrayContaining([
      ['a', '1'],
      ['content-length', '13'],
      ['vary', 'Accept'],
    ]),
  );
  expect([seen.map(({ text }) => text), kept]).toEqual([['{"é":1}'], []]);
});

test('X22 a body in several pieces is read whole, also where a character is split', async () => {
  const { client, seen } = await start(answer);
  const bytes = post('{"é":1}');
  const middle = bytes.indexOf(0xc3) + 1;
  await client.ask([bytes.subarray(0, middle), bytes.subarray(middle)]);
  expect(seen.map(({ text }) => text)).toEqual(['{"é":1}']);
});

test('X22 a request that the fast path does not answer reaches Yoga with its text, an unusual one unread', async () => {
  const { client, kept, seen, results } = await start(undefined);
  expect((await client.ask([post('{"a":1}')])).body).toContain('yoga');
  await client.ask([post('', [])]);
  await client.ask([post('{"b":1}', ['content-encoding: gzip'])]);
  expect(kept).toEqual(['{"a":1}', '', undefined]);
  expect(seen).toHaveLength(2);
  // Some hosts wait for the listener.
  await Promise.all(results);
});

test('X22 headers that a host or a shutdown has set stay, those of the answer replace them', async () => {
  const { client } = await start(answer, (response) => {
    response.setHeader('connection', 'close').setHeader('x-powered-by', 'host').setHeader('Vary', 'Host');
  });
  const { headers } = await client.ask([post('{}')]);
  expect(headers).toEqual(
    expect.arrayContaining([
      ['connection', 'close'],
      ['vary', 'Accept'],
      ['x-powered-by', 'host'],
    ]),
  );
});

test('X22 of a client that disconnects within its body, Yoga gets the error', async () => {
  const { port, kept, seen } = await start(answer);
  const socket = connect(port, '127.0.0.1');
  socket.write(post('{"a":1}').subarray(0, -2));
  await new Promise((resolve) => setTimeout(resolve, 20));
  socket.destroy();
  await expect.poll(() => kept).toEqual(['The body is incomplete: send it again.']);
  expect(seen).toEqual([]);
});

test.each<[string, (response: ServerResponse) => void]>([
  ['has ended', (response) => void response.end('host')],
  [
    'the host has begun',
    (response) => {
      response.writeHead(503).write('host');
      setTimeout(() => response.end(), 50);
    },
  ],
])('X22 an answer to a response that %s is not sent', async (_what, prepare) => {
  const { client, seen, results } = await start(answer, prepare);
  expect((await client.ask([post('{}')])).body).toContain('host');
  await expect.poll(() => seen.length).toBe(1);
  await Promise.all(results);
});

test('X22 the headers are an object: middleware such as on-headers misreads a list', async () => {
  const written: unknown[] = [];
  const { client } = await start(answer, (response) => {
    const { writeHead } = response;
    response.writeHead = function (this: ServerResponse, ...args: unknown[]) {
      written.push(args[2]);
      return writeHead.apply(this, args as never);
    } as never;
  });
  await client.ask([post('{}')]);
  expect(written).toEqual([{ a: '1', vary: 'Accept', 'content-length': '13' }]);
});

test('X22 a writeHead that throws closes the connection, and the listener still settles', async () => {
  const { port, results } = await start(answer, (response) => {
    response.writeHead = () => {
      throw new Error('a fault of the host');
    };
  });
  const socket = connect(port, '127.0.0.1');
  socket.write(post('{}'));
  await new Promise((resolve) => socket.once('close', resolve));
  expect(results).toHaveLength(1);
  await Promise.all(results);
});
