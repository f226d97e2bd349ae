import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Period } from '../../../scripts/soak/period.ts';
import { openStream } from '../../../scripts/soak/stream.ts';
import { createTarget, planned } from './fixtures.ts';

/** Opens an event stream at a server. @returns the stream, the response of the server, and the times of its events */
async function open() {
  const responses: ServerResponse[] = [];
  const server = createServer((_request, response) => {
    responses.push(response);
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const times: Period[] = [];
  const stream = await openStream({ ...createTarget(), origin }, planned(), {
    onEvent: (_event, at) => times.push(at),
  });
  const [response] = responses as [ServerResponse];
  return { stream, response, times };
}

test('an event has an exact time while the client reads', async () => {
  const { response, times } = await open();
  const sentAt = Date.now();
  response.write('event: next\ndata: {}\n\n');
  await expect.poll(() => times).toHaveLength(1);
  expect(times[0]?.from).toBe(times[0]?.to);
  expect(times[0]?.from).toBeGreaterThanOrEqual(sentAt);
});

test('an event and an end that are read after a pause may have arrived at any time in it', async () => {
  const { stream, response, times } = await open();
  const before = Date.now();
  stream.pause();
  const after = Date.now();
  response.end('event: next\ndata: {}\n\n');
  await once(response, 'finish');
  const resumedAt = Date.now();
  stream.resume();
  for (const { from, to } of [await stream.ended, ...times]) {
    expect(from).toBeGreaterThanOrEqual(before);
    expect(from).toBeLessThanOrEqual(after);
    expect(to).toBeGreaterThanOrEqual(resumedAt);
  }
  expect(times).toHaveLength(1);
});
