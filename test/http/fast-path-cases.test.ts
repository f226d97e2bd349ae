import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Gateway } from '../../src/index.ts';
import { clerkEvents, signWebhook } from '../support/clerk-events.ts';
import { createForge } from '../support/tokens.ts';
import type { WireAnswer } from '../support/wire-client.ts';
import type { Ask } from './twins/requests.ts';
import { type Credentials, createCredentials, sendByWire, toWire } from './twins/send.ts';
import { settle, startTwins, type Twin, type Twins, takeReports } from './twins/twins.ts';

let twins: Twins;
let credentials: Credentials;
beforeAll(async () => {
  twins = await startTwins();
});
afterAll(() => twins.close());
beforeEach(() => restart());

async function restart(options: Parameters<Twins['restart']>[0] = {}): Promise<void> {
  await twins.restart(options);
  credentials = createCredentials(twins.forge, createForge());
}

const hasura = '{ sessionToken(template: "hasura") { jwt } }';

function askOf(params: object | string, more: Partial<Ask> = {}): Ask {
  return {
    ...{ method: 'POST', target: '/graphql', headers: [['content-type', 'application/json']] },
    ...{ framing: 'exact', caller: 'ada', renewsSession: 'when due' },
    body: JSON.stringify(typeof params === 'string' ? { query: params } : params),
    ...more,
  };
}

/** Compares what both gateways have reported since the last call. */
async function expectEqualReports() {
  await settle(twins);
  const [fast, yoga] = twins.both.map(takeReports);
  expect(fast).toEqual(yoga);
  return { logged: fast?.logged ?? [], audited: fast?.audited ?? [] };
}

/** Sends a request to both gateways, compares them, and returns the answer, and whether the fast path has given it. */
async function ask(params: object | string, more: Partial<Ask> = {}) {
  const request = askOf(params, more);
  const wire = toWire(request, credentials(request));
  const before = twins.both[0].gateway.stats().requests.fastPath;
  const [fast, yoga] = await Promise.all(twins.both.map((twin) => sendByWire(twin, wire)));
  expect(fast).toEqual(yoga);
  const reports = await expectEqualReports();
  const [answer] = fast as [WireAnswer];
  const isFast = twins.both[0].gateway.stats().requests.fastPath > before;
  return { ...answer, ...reports, isFast, text: Buffer.from(answer.body, 'latin1').toString() };
}

const wordsOf = (header: readonly (readonly [string, string])[], name: string) =>
  header.filter(([other]) => other === name).map(([, value]) => value);

test('X22 the second and the third of equal requests are answered by the fast path, without fastPath none', async () => {
  const ways = [];
  for (let at = 0; at < 3; at += 1) ways.push((await ask(hasura)).isFast);
  expect(ways).toEqual([false, true, true]);
  expect(twins.both.map(({ gateway }) => gateway.stats().requests)).toEqual([
    { fastPath: 2, yoga: 1 },
    { fastPath: 0, yoga: 3 },
  ]);
});

test('X22 each gateway answers a known text by its own options', async () => {
  const headers: Ask['headers'] = [
    ['content-type', 'application/json'],
    ['origin', 'https://app.example.com'],
  ];
  const origins = [];
  for (const corsOrigins of [['https://app.example.com'], []]) {
    await restart({ corsOrigins });
    await ask(hasura, { headers });
    const again = await ask(hasura, { headers });
    expect(again.isFast).toBe(true);
    origins.push(wordsOf(again.headers, 'access-control-allow-origin'));
  }
  expect(origins).toEqual([['https://app.example.com'], []]);
});

test('X22 the operationName chooses one of two known operations', async () => {
  const query = `query A ${hasura} query B { session { id } }`;
  for (let at = 0; at < 2; at += 1) {
    for (const operationName of ['A', 'B']) {
      const { text, isFast, logged } = await ask({ query, operationName });
      expect([text.includes('eyJ'), isFast]).toEqual([operationName === 'A', at === 1]);
      expect(logged).toMatchObject([['info', { operation: operationName }, 'graphql']]);
    }
  }
  expect((await ask({ query })).statusLine).toBe('HTTP/1.1 400 Bad Request');
  expect((await ask({ query, operationName: 'C' })).isFast).toBe(false);
});

test('X22 T04 a known operation is refused to another caller, and to one that has lost its role', async () => {
  const query = '{ sessionToken(template: "reports") { jwt } }';
  await ask(query, { caller: 'ada of acme' });
  expect((await ask(query, { caller: 'ada of acme' })).isFast).toBe(true);
  for (const caller of ['grace of acme', 'ada', 'none', 'expired', 'forged', 'pending'] as const) {
    const { isFast, text } = await ask(query, { caller });
    expect([caller, isFast]).toEqual([caller, false]);
    expect(text).toMatch(/FORBIDDEN|UNAUTHENTICATED/);
  }
});

test('X22 R02 a webhook revokes between two equal requests', async () => {
  await ask(hasura);
  expect((await ask(hasura)).isFast).toBe(true);
  const webhook = signWebhook(twins.webhookSecret, clerkEvents().session('revoked', 'sess_ada'), {
    id: 'msg_1',
  });
  for (const { gateway } of twins.both) {
    const request = new Request('https://tokens.example.com/webhooks/clerk', { method: 'POST', ...webhook });
    expect((await gateway.fetch(request)).status).toBe(200);
  }
  await expectEqualReports();
  const { isFast, text, audited } = await ask(hasura);
  expect([isFast, text.includes('UNAUTHENTICATED')]).toEqual([false, true]);
  expect(audited).toMatchObject([{ outcome: 'refused', sessionId: 'sess_ada' }]);
});

test.each<[string, string, boolean]>([
  ['claims that are not ASCII, and nested', 'wide', true],
  ['claims of 60 kB', 'large', false],
  ['an exp that is a fraction', 'fraction', true],
  ['a life of nine years', 'long', true],
  ['a life of eighty years, which is refused', 'eternal', false],
  ['a policy with allow', 'guarded', false],
  ['a policy that caches nothing', 'uncached', false],
  ['a template that Clerk does not know', 'ghost', false],
])('X22 a token with %s', async (_what, template, isKnown) => {
  const query = `{ sessionToken(template: "${template}") { jwt claims expiresAt expiresIn } }`;
  await ask(query);
  expect((await ask(query)).isFast).toBe(isKnown);
});

test('X22 tokens are renewed in the background, held while Clerk fails, and minted again, as by Yoga', async () => {
  const query = '{ sessionToken(template: "hasura") { jwt claims expiresIn } }';
  const ways: boolean[] = [];
  for (const seconds of [0, 20, 30, 1, 8, 30, 300]) {
    vi.advanceTimersByTime(seconds * 1_000);
    twins.clerk.state = seconds === 30 && ways.length > 3 ? 'broken' : 'healthy';
    ways.push((await ask(query)).isFast);
  }
  expect(ways).toEqual([false, true, true, true, true, expect.any(Boolean), false]);
});

describe('X22 by its accept header', () => {
  test.each([
    ['text/event-stream', false],
    ['multipart/mixed', false],
    ['application/json, text/event-stream', true],
    ['*/*', true],
    ['text/html', false],
    ['application/json;charset=utf-16', false],
  ])('a known operation that accepts %s', async (accept, isKnown) => {
    await ask(hasura);
    await ask(hasura);
    const headers: Ask['headers'] = [
      ['content-type', 'application/json'],
      ['accept', accept],
    ];
    await ask(hasura, { headers });
    expect((await ask(hasura, { headers })).isFast).toBe(isKnown);
  });

  test('a subscription beside a known query', async () => {
    const query = `query Q ${hasura} subscription S { sessionToken(template: "none") { jwt } }`;
    await ask({ query, operationName: 'Q' });
    expect((await ask({ query, operationName: 'Q' })).isFast).toBe(true);
    expect((await ask({ query, operationName: 'S' })).isFast).toBe(false);
  });
});

describe('X22 on the wire', () => {
  const bytes = (more: Partial<Ask> = {}) => {
    const request = askOf(hasura, more);
    return Buffer.concat([...toWire(request, credentials(request)).pieces]);
  };
  const both = <T>(send: (twin: Twin) => Promise<T>) => Promise.all(twins.both.map(send));

  test('several requests at once on one connection are answered in their order', async () => {
    await ask(hasura);
    await ask('{ __typename }');
    const other = toWire(askOf('{ __typename }'), credentials(askOf('')));
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
    await settle(twins);
    expect(twins.both[0].gateway.stats().requests.fastPath).toBeGreaterThanOrEqual(4);
  });

  test('a client waits for 100 Continue', async () => {
    const headers: Ask['headers'] = [
      ['content-type', 'application/json'],
      ['expect', '100-continue'],
    ];
    await ask(hasura, { headers });
    const request = askOf(hasura, { headers });
    const { pieces } = toWire(request, credentials(request));
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
    await both(async ({ port }) => {
      const socket = connect(port, '127.0.0.1');
      socket
        .on('error', () => {})
        .resume()
        .write(all.subarray(0, -5));
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (how === 'ended') socket.end();
      else socket.destroy();
      await new Promise((resolve) => socket.on('close', resolve));
    });
    await vi.waitFor(() => expect(twins.both.map(({ logged }) => logged.length)).toEqual([1, 1]));
    await expectEqualReports();
    expect((await ask(hasura)).isFast).toBe(true);
  });

  test('an answer closes its connection during a shutdown, and keeps the headers of the host', async () => {
    await ask(hasura);
    for (const twin of twins.both) {
      twin.listener = (gateway) => (request, response) => {
        response.setHeader('connection', 'close').setHeader('x-powered-by', 'host').setHeader('Vary', 'Host');
        return gateway(request, response);
      };
    }
    const { isFast, headers } = await ask(hasura);
    expect([isFast, wordsOf(headers, 'connection'), wordsOf(headers, 'x-powered-by')]).toEqual([
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
    for (const twin of twins.both) {
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
    expect(twins.both[0].gateway.stats().requests).toEqual({ fastPath: 0, yoga: 2 });
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
  const headers = Object.fromEntries([...request.headers, ...credentials(request)]);
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
