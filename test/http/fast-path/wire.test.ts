import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Gateway } from '../../../src/index.ts';
import type { Ask } from './twins/requests.ts';
import { toWire } from './twins/send.ts';
import { settle } from './twins/twins.ts';
import { askOf, hasura, useTwins, valuesOf } from './twins/use-twins.ts';

const pair = useTwins();
const { ask, both, expectEqualReports } = pair;

describe('X22 on the wire', () => {
  const bytes = (more: Partial<Ask> = {}) => {
    const request = askOf(hasura, more);
    return Buffer.concat([...toWire(request, pair.credentials(request)).pieces]);
  };

  test('several requests at once on one connection are answered in their order', async () => {
    await ask(hasura);
    await ask('{ __typename }');
    const other = toWire(askOf('{ __typename }'), pair.credentials(askOf('')));
    const last: Ask['headers'] = [
      ['content-type', 'application/json'],
      ['connection', 'close'],
    ];
    const refused = bytes({ caller: 'expired' });
    const pieces = [Buffer.concat([bytes(), ...other.pieces, bytes(), refused, bytes({ headers: last })])];
    const [fast, yoga] = await both((twin) => twin.client.askUntilClosed(pieces));
    expect(fast).toEqual(yoga);
    expect(fast?.map(({ statusLine }) => statusLine)).toEqual(
      Array.from({ length: 5 }, () => 'HTTP/1.1 200 OK'),
    );
    expect(fast?.map(({ body }) => /jwt|Query|UNAUTHENTICATED/.exec(body)?.[0])).toEqual([
      ...['jwt', 'Query', 'jwt', 'UNAUTHENTICATED', 'jwt'],
    ]);
    await settle(pair.twins);
    expect(pair.twins.both[0].gateway.stats().requests.fastPath).toBeGreaterThanOrEqual(4);
  });

  test('a client waits for 100 Continue', async () => {
    const headers: Ask['headers'] = [
      ['content-type', 'application/json'],
      ['expect', '100-continue'],
    ];
    await ask(hasura, { headers });
    const request = askOf(hasura, { headers });
    const { pieces } = toWire(request, pair.credentials(request));
    const text = Buffer.concat([...pieces]);
    const head = text.indexOf('\r\n\r\n') + 4;
    const [fast, yoga] = await both((twin) =>
      twin.client.askAndEnd([text.subarray(0, head), text.subarray(head)]),
    );
    expect(fast).toEqual(yoga);
    expect(fast?.map(({ statusLine }) => statusLine)).toEqual(['HTTP/1.1 100 Continue', 'HTTP/1.1 200 OK']);
    await expectEqualReports();
  });

  test.each(['destroyed', 'ended'])('a connection is %s in the middle of the body', async (how) => {
    await ask(hasura);
    const all = bytes();
    await both(async (twin) => {
      const hasArrived = new Promise<void>((resolve) => {
        twin.listener = (gateway) => (request, response) => {
          resolve();
          return gateway(request, response);
        };
      });
      const socket = connect(twin.port, '127.0.0.1');
      socket
        .on('error', () => {})
        .resume()
        .write(all.subarray(0, -5));
      await hasArrived;
      if (how === 'ended') socket.end();
      else socket.destroy();
      await new Promise((resolve) => socket.on('close', resolve));
    });
    await vi.waitFor(
      () => expect(pair.twins.both.map(({ logged }) => logged.length)).toEqual([1, 1]),
      10_000,
    );
    await expectEqualReports();
    expect((await ask(hasura)).isFast).toBe(true);
  });

  test('an answer closes its connection during a shutdown, and keeps the headers of the host', async () => {
    await ask(hasura);
    for (const twin of pair.twins.both) {
      twin.listener = (gateway) => (request, response) => {
        response.setHeader('connection', 'close').setHeader('x-powered-by', 'host').setHeader('Vary', 'Host');
        return gateway(request, response);
      };
    }
    const answer = await ask(hasura);
    expect([answer.isFast, valuesOf(answer, 'connection'), valuesOf(answer, 'x-powered-by')]).toEqual([
      true,
      ['close'],
      ['host'],
    ]);
  });

  test.each<[string, (request: object, text: string) => void, boolean]>([
    ['has left nothing', () => {}, true],
    [
      'has kept the same original URL',
      (request) => Object.assign(request, { originalUrl: '/graphql' }),
      true,
    ],
    [
      'is mounted at another path',
      (request) => Object.assign(request, { originalUrl: '/api/graphql' }),
      false,
    ],
    ['has parsed the body', (request, text) => Object.assign(request, { body: JSON.parse(text) }), false],
    [
      'has kept the bytes',
      (request, text) => Object.assign(request, { body: {}, rawBody: Buffer.from(text) }),
      false,
    ],
  ])('a host that %s', async (_what, prepare, isPlain) => {
    await ask(hasura);
    const text = askOf(hasura).body;
    for (const twin of pair.twins.both) {
      twin.listener = (gateway) => async (request, response) => {
        const isRead = /body/i.test(String(prepare));
        if (isRead) for await (const _chunk of request);
        prepare(request, text);
        return gateway(request, response);
      };
    }
    expect((await ask(hasura)).isFast).toBe(isPlain);
  });

  test('HTTP/2 is answered by Yoga', async () => {
    const answers = await both(({ gateway }) => askByHttp2(gateway, askOf(hasura)));
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.map(([{ ':status': status }]) => status)).toEqual([200, 200]);
    expect(pair.twins.both[0].gateway.stats().requests).toEqual({ fastPath: 0, yoga: 2 });
    await expectEqualReports();
  });
});

/** Sends a request twice over HTTP/2. */
async function askByHttp2(gateway: Gateway, request: Ask): Promise<[Record<string, unknown>, string][]> {
  const server = createHttp2Server(gateway as never);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    session.destroy();
    server.close();
  });
  const headers = Object.fromEntries([...request.headers, ...pair.credentials(request)]);
  const answers: [Record<string, unknown>, string][] = [];
  for (let at = 0; at < 2; at += 1) {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/graphql',
      ':authority': 'a.example',
      ...headers,
      'content-length': request.body.length,
    });
    const answered = new Promise<Record<string, unknown>>((resolve) =>
      stream.on('response', ({ date: _date, ...rest }) => resolve(rest)),
    );
    stream.end(request.body);
    let text = '';
    for await (const chunk of stream) text += chunk;
    answers.push([{ ...(await answered) }, text]);
  }
  return answers;
}
