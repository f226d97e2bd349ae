import { expect, onTestFinished, test, vi } from 'vitest';
import { gatewayOrigin, type TestGateway, useGateways } from '../../support/gateway.ts';
import { bearerOf, expectRefusal } from '../../support/refusal.ts';

const world = useGateways();
const query = 'query Token { sessionToken(template: "hasura") { jwt } }';
const json = JSON.stringify({ query });

function stream(gateway: TestGateway, body: ReadableStream, headers: Record<string, string>) {
  const all = { 'content-type': 'application/json', ...headers };
  const init = { method: 'POST', body, duplex: 'half', headers: all } as RequestInit;
  return gateway.fetch(new Request(`${gatewayOrigin}/graphql`, init));
}

test('X02 a body above the limit is refused with 413, a body at the limit is read', async () => {
  const gateway = world.start({ maxBodyBytes: 1_000 });
  const padded = (bytes: number) => {
    const padding = 'ä'.repeat(
      (bytes - Buffer.byteLength(JSON.stringify({ query, variables: { p: '' } }))) / 2,
    );
    return JSON.stringify({ query, variables: { p: padding } }).padEnd(bytes - padding.length);
  };
  expect(Buffer.byteLength(padded(1_000))).toBe(1_000);
  expect((await gateway.post(padded(1_000), await bearerOf(world))).status).toBe(200);
  world.clerk.controls.resetRequests();
  await expectRefusal(world, await gateway.post(padded(1_001), await bearerOf(world)), 413);
});

test('X02 the default limit is 64 kB', async () => {
  const gateway = world.start();
  await expectRefusal(world, await gateway.post(json.padEnd(65_537), await bearerOf(world)), 413);
  expect((await gateway.post(json.padEnd(65_536), await bearerOf(world))).status).toBe(200);
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
  await expectRefusal(world, await stream(gateway, endless, {}), 413);
  await cancelled.promise;
  expect(sent).toBeLessThan(2_000);
});

test('X12 a streamed body that stalls is refused with 408 after 30 s, and its stream is cancelled', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const cancelled = Promise.withResolvers<void>();
  const stopping = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('{"query":')),
    cancel: () => cancelled.resolve(),
  });
  const answer = stream(world.start(), stopping, {});
  await vi.advanceTimersByTimeAsync(30_000);
  await expectRefusal(world, await answer, 408);
  await cancelled.promise;
});

test('X12 a false Content-Length does not lift the limit of a streamed body', async () => {
  const gateway = world.start({ maxBodyBytes: 1_000 });
  const long = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new Uint8Array(5_000).fill(32));
      controller.close();
    },
  });
  await expectRefusal(world, await stream(gateway, long, { 'content-length': '10' }), 413);
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
  await expectRefusal(world, await stream(gateway, unread, { 'content-length': '1001' }), 413);
  expect(pulled).toBe(0);
});

test('a body in many small chunks is joined, and so is a character that is split between two of them', async () => {
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

test('X20 one byte order mark before the JSON is accepted, two are not, whole or in chunks', async () => {
  const gateway = world.start();
  const bodies = (text: string): BodyInit[] => [text, new Blob([text]), new TextEncoder().encode(text)];
  for (const body of bodies('\ufeff{"query":"{ __typename }"}')) {
    expect(await (await gateway.post(body)).json()).toEqual({ data: { __typename: 'Query' } });
    const { body: chunks } = new Response(body);
    if (chunks === null) throw new Error('expected a stream');
    expect(await (await stream(gateway, chunks, {})).json()).toEqual({ data: { __typename: 'Query' } });
  }
  for (const body of bodies('\ufeff\ufeff{"query":"{ __typename }"}'))
    await expectRefusal(world, await gateway.post(body), 400);
});
