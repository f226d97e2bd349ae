import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { appOrigin, gatewayOrigin, type TestGateway, useGateways } from '../support/gateway.ts';

const world = useGateways();
const query = 'query Token { sessionToken(template: "hasura") { jwt } }';
const json = JSON.stringify({ query });

async function signedIn() {
  return { authorization: `Bearer ${await world.clerk.mintSessionToken('sess_ada')}` };
}

async function expectRefusal(response: Response, status: number) {
  expect(response.status).toBe(status);
  const { errors, data } = (await response.json()) as { errors: { extensions: object }[]; data?: unknown };
  expect(data).toBeUndefined();
  expect(errors[0]?.extensions).toEqual({ code: 'BAD_REQUEST' });
  expect(world.requests()).toBe(0);
}

describe('methods', () => {
  test('X01 a token query over GET is refused with 405', async () => {
    const url = `${gatewayOrigin}/graphql?query=${encodeURIComponent(query)}`;
    for (const headers of [{}, { 'content-type': 'application/json' }, { accept: 'text/html' }]) {
      const response = await world
        .start()
        .fetch(
          new Request(url, { headers: { ...(await signedIn()), ...headers } as Record<string, string> }),
        );
      expect(response.headers.get('allow')).toBe('POST');
      await expectRefusal(response, 405);
    }
  });

  test.each(['PUT', 'PATCH', 'DELETE'])('X01 %s is refused with 405', async (method) => {
    const headers = { ...(await signedIn()), 'content-type': 'application/json' };
    const request = new Request(`${gatewayOrigin}/graphql`, { method, headers, body: json });
    await expectRefusal(await world.start().fetch(request), 405);
  });

  test('X01 HEAD is refused with 405', async () => {
    const request = new Request(`${gatewayOrigin}/graphql`, { method: 'HEAD', headers: await signedIn() });
    expect((await world.start().fetch(request)).status).toBe(405);
    expect(world.requests()).toBe(0);
  });
});

describe('media types', () => {
  const form = new URLSearchParams({ query });
  const multipart = () => {
    const data = new FormData();
    data.append('operations', json);
    data.append('map', '{}');
    return data;
  };
  test.each<[string, BodyInit, string | null]>([
    ['text/plain', json, 'text/plain'],
    ['text/plain with a charset', json, 'text/plain; charset=utf-8'],
    ['text/plain that pretends', json, 'text/plain; application/json'],
    ['application/x-www-form-urlencoded', form, 'application/x-www-form-urlencoded'],
    ['application/graphql', query, 'application/graphql'],
    ['application/graphql+json', json, 'application/graphql+json'],
    ['application/json in UTF-16', json, 'application/json; charset=utf-16'],
    ['application/json in Latin-1', json, 'application/json;charset="iso-8859-1"'],
    ['application/jsonx', json, 'application/jsonx'],
    ['two types', json, 'text/plain, application/json'],
    ['an empty type', json, ''],
    ['a type of nonsense', json, ';;;'],
  ])('X02 a POST of %s is refused with 415', async (_what, body, type) => {
    const headers = { ...(await signedIn()), ...(type === null ? {} : { 'content-type': type }) };
    await expectRefusal(await world.start().post(body, headers), 415);
  });

  test('X02 a POST of multipart/form-data, or without a type, is refused with 415', async () => {
    const gateway = world.start();
    const url = `${gatewayOrigin}/graphql`;
    const headers = await signedIn();
    const untyped = new Request(url, { method: 'POST', headers, body: new TextEncoder().encode(json) });
    await expectRefusal(await gateway.fetch(untyped), 415);
    await expectRefusal(
      await gateway.fetch(new Request(url, { method: 'POST', headers, body: multipart() })),
      415,
    );
  });

  test.each(['gzip', 'br', 'deflate', 'identity, gzip', 'x'])(
    'X02 a body encoded with %s is refused with 415',
    async (encoding) => {
      await expectRefusal(
        await world.start().post(json, { ...(await signedIn()), 'content-encoding': encoding }),
        415,
      );
    },
  );

  test.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"; x=y',
  ])('a POST of %s is read', async (type) => {
    const response = await world.start().post(json, { ...(await signedIn()), 'content-type': type });
    expect(await response.json()).toMatchObject({ data: { sessionToken: { jwt: expect.any(String) } } });
  });
});

describe('accepted media types', () => {
  const subscription = JSON.stringify({ query: 'subscription { sessionToken(template: "hasura") { jwt } }' });

  async function expectNotAcceptable(response: Response) {
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const { message } =
      ((await response.clone().json()) as { errors: { message: string }[] }).errors[0] ?? {};
    expect(message).toContain('send accept: application/json, application/graphql-response+json');
    await expectRefusal(response, 406);
  }

  test.each([
    'image/png',
    'text/html',
    'application/xml, image/*',
    'application',
    '*',
    'jpeg/*',
    'application/json5',
  ])(
    'X02 a request that accepts %j alone is refused with 406 and words, and nothing is minted for it',
    async (accept) => {
      const headers = { ...(await signedIn()), accept };
      for (const body of [json, subscription, '{'])
        await expectNotAcceptable(await world.start().post(body, headers));
    },
  );

  test('X02 what else cannot be answered in an accepted type is refused with 406 and words, too', async () => {
    await expectNotAcceptable(await world.start().post(subscription, { accept: 'multipart/mixed' }));
    const otherCharset = { accept: 'application/json; charset=iso-8859-1' };
    await expectNotAcceptable(await world.start().post('{"query":"{ __typename }"}', otherCharset));
  });

  test.each([
    '*/*',
    '',
    'application/*',
    'image/png, */*;q=0.1',
    'Application/JSON',
    'text/*',
    'multipart/mixed',
  ])('a request that accepts %j is answered', async (accept) => {
    const response = await world.start().post('{"query":"{ __typename }"}', { accept });
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('"Query"')]);
  });

  test('X02 a page of an allowed origin can read why nothing is acceptable; health is not concerned', async () => {
    const gateway = world.start({ corsOrigins: [appOrigin] });
    const { headers } = await gateway.post(json, { accept: 'image/png', origin: appOrigin });
    expect(headers.get('access-control-allow-origin')).toBe(appOrigin);
    const health = new Request(`${gatewayOrigin}/health`, { headers: { accept: 'image/png' } });
    expect((await gateway.fetch(health)).status).toBe(200);
  });
});

describe('bodies', () => {
  test.each([
    ['nothing', ''],
    ['a space', ' '],
    ['broken JSON', '{'],
    ['null', 'null'],
    ['a number', '5'],
    ['a text', '""'],
    ['an empty batch', '[]'],
    ['a batch of one', `[${json}]`],
    ['a batch of eleven', `[${Array.from({ length: 11 }, () => json).join()}]`],
  ])('X05 X12 a body of %s is refused with 400', async (_what, body) => {
    await expectRefusal(await world.start().post(body, await signedIn()), 400);
  });

  test.each([
    { query: 5 },
    { query: null },
    { query, variables: 5 },
    { query, variables: [1] },
    { query, variables: 'x' },
    { query, extensions: 5 },
    { query, more: 1 },
  ])('X12 the parameters %j are a client error', async (params) => {
    const headers = { ...(await signedIn()), accept: 'application/graphql-response+json' };
    await expectRefusal(await world.start().post(JSON.stringify(params), headers), 400);
  });

  test.each([
    { query, operationName: 'Other' },
    { query, operationName: 5 },
    { query: 'query A { __typename } query B { __typename }' },
    { query: 'fragment A on Query { __typename }' },
  ])('X12 without an operation to run, %j is refused with a code of the union', async (params) => {
    const response = await world.start().post(JSON.stringify(params));
    const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(response.status).toBeLessThan(500);
  });

  test.each<[object, RegExp]>([
    [{ query, operationName: '' }, /operationName is empty: omit it/],
    [{ query: '{ __typename }', operationName: '' }, /operationName is empty: omit it/],
    [{ query: 'subscription { sessionToken(template: "x") { jwt } }', operationName: '' }, /is empty/],
    [{ query, operationName: ' ' }, /operationName is not in the document/],
    [{ query, operationName: 'Other' }, /operationName is not in the document/],
    [{ query, operationName: 5 }, /operationName is not a string/],
    [{ query, operationName: ['Token'] }, /operationName is not a string/],
    [{ query: 'query A { __typename } query B { __typename }' }, /several operations: name one/],
    [{ query: 'query A { __typename } query B { __typename }', operationName: '' }, /is empty/],
    [{ query: 'fragment A on Query { __typename }', operationName: '' }, /only fragments: add an operation/],
  ])('X12 %j is refused in words that name the mistake', async (params, words) => {
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const response = await world.start().post(JSON.stringify(params), { ...(await signedIn()), accept });
      const { errors } = (await response.json()) as { errors: { message: string; extensions: object }[] };
      expect([response.status, errors[0]?.extensions]).toEqual([400, { code: 'GRAPHQL_VALIDATION_FAILED' }]);
      expect(errors).toEqual([expect.objectContaining({ message: expect.stringMatching(words) })]);
    }
    expect(world.requests()).toBe(0);
  });

  test('X02 a body above the limit is refused with 413, one at the limit is read', async () => {
    const gateway = world.start({ maxBodyBytes: 1_000 });
    const padded = (bytes: number) => {
      const padding = 'ä'.repeat(
        (bytes - Buffer.byteLength(JSON.stringify({ query, variables: { p: '' } }))) / 2,
      );
      return JSON.stringify({ query, variables: { p: padding } }).padEnd(bytes - padding.length);
    };
    expect(Buffer.byteLength(padded(1_000))).toBe(1_000);
    expect((await gateway.post(padded(1_000), await signedIn())).status).toBe(200);
    world.clerk.controls.resetRequests();
    await expectRefusal(await gateway.post(padded(1_001), await signedIn()), 413);
  });

  test('X02 unless said otherwise the limit is 64 kB', async () => {
    const gateway = world.start();
    await expectRefusal(await gateway.post(json.padEnd(65_537), await signedIn()), 413);
    expect((await gateway.post(json.padEnd(65_536), await signedIn())).status).toBe(200);
  });

  test('X02 X12 a chunked body that never ends is cut at the limit', async () => {
    const gateway = world.start({ maxBodyBytes: 1_000 });
    let sent = 0;
    const cancelled = Promise.withResolvers<void>();
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 100;
        controller.enqueue(new Uint8Array(100).fill(32));
      },
      cancel: () => cancelled.resolve(),
    });
    await expectRefusal(await stream(gateway, endless, {}), 413);
    await cancelled.promise;
    expect(sent).toBeLessThan(2_000);
  });

  test('X12 a streamed body that stops is refused with 408 after 30 s, and its sender told to stop', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const cancelled = Promise.withResolvers<void>();
    const stopping = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"query":')),
      cancel: () => cancelled.resolve(),
    });
    const answer = stream(world.start(), stopping, {});
    await vi.advanceTimersByTimeAsync(30_000);
    await expectRefusal(await answer, 408);
    await cancelled.promise;
  });

  test('X12 a Content-Length that lies does not lift the limit of a streamed body', async () => {
    const gateway = world.start({ maxBodyBytes: 1_000 });
    const long = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new Uint8Array(5_000).fill(32));
        controller.close();
      },
    });
    await expectRefusal(await stream(gateway, long, { 'content-length': '10' }), 413);
  });

  test('X02 a body that declares too much is refused without being read', async () => {
    const gateway = world.start({ maxBodyBytes: 1_000 });
    let pulled = 0;
    const unread = new ReadableStream<Uint8Array>(
      {
        pull: () => {
          pulled += 1;
        },
      },
      { highWaterMark: 0 },
    );
    await expectRefusal(await stream(gateway, unread, { 'content-length': '1001' }), 413);
    expect(pulled).toBe(0);
  });

  test('X20 a byte order mark before the JSON is accepted, and one only, whole or in chunks', async () => {
    const gateway = world.start();
    const bodies = (text: string): BodyInit[] => [text, new Blob([text]), new TextEncoder().encode(text)];
    for (const body of bodies('\ufeff{"query":"{ __typename }"}')) {
      expect(await (await gateway.post(body)).json()).toEqual({ data: { __typename: 'Query' } });
      const { body: chunks } = new Response(body);
      if (chunks === null) throw new Error('expected a stream');
      expect(await (await stream(gateway, chunks, {})).json()).toEqual({ data: { __typename: 'Query' } });
    }
    for (const body of bodies('\ufeff\ufeff{"query":"{ __typename }"}'))
      await expectRefusal(await gateway.post(body), 400);
  });

  test('a body in many small chunks is put together, a character split between two of them too', async () => {
    const gateway = world.start();
    const bytes = new TextEncoder().encode(
      JSON.stringify({ query: '{ __typename }', variables: { x: 'ä🙂ä' } }),
    );
    const chunks = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
        controller.close();
      },
    });
    const response = await stream(gateway, chunks, {});
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });

  function stream(gateway: TestGateway, body: ReadableStream, headers: Record<string, string>) {
    const all = { 'content-type': 'application/json', ...headers };
    const init = { method: 'POST', body, duplex: 'half', headers: all } as RequestInit;
    return gateway.fetch(new Request(`${gatewayOrigin}/graphql`, init));
  }
});
