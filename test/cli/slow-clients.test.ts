import type { Server, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { answersGoodQuery } from '../../scripts/fuzz/good-query.ts';
import { type ClientTimeouts, listen } from '../../src/cli/http-server.ts';
import { type TestGateway, useGateways } from '../support/gateway.ts';

const world = useGateways();
const longTimeouts: ClientTimeouts = {
  headers: 20_000,
  request: 20_000,
  keepAlive: 20_000,
  inactivity: 20_000,
};
/** A query whose answer is about 27 kB long. */
const json = JSON.stringify({
  query: `{ ${Array.from({ length: 10 }, (_, at) => `a${at}: _service { sdl }`).join(' ')} }`,
});
const head = (length: number) =>
  `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

interface Started {
  gateway: TestGateway;
  server: Server;
  port: number;
}

/** Starts a gateway on the server of the command. */
async function start(timeouts: Partial<ClientTimeouts>): Promise<Started> {
  const gateway = world.start();
  const { server, origin } = await listen(gateway, 0, '127.0.0.1', undefined, {
    ...longTimeouts,
    ...timeouts,
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { gateway, server, port: Number(new URL(origin).port) };
}

/** Connects a client. `closed` resolves to the text that it received until its connection was closed. */
function client(port: number, first: string): { socket: Socket; closed: Promise<string> } {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let received = '';
  socket.setEncoding('latin1').on('data', (text) => {
    received += text;
  });
  socket.on('error', () => {});
  socket.write(first);
  return { socket, closed: new Promise((resolve) => socket.on('close', () => resolve(received))) };
}

async function expectStillServing({ port }: Started) {
  expect(await answersGoodQuery(port, await world.clerk.mintSessionToken('sess_ada'))).toBe(true);
}

describe('X12 a client that sends slowly', () => {
  test.each<[string, Partial<ClientTimeouts>, string]>([
    ['a part of the head', { headers: 300 }, head(100).slice(0, 40)],
    ['a part of the body', { request: 300, headers: 300 }, head(100) + json.slice(0, 10)],
    ['a head without a body', { request: 300, headers: 300 }, head(100)],
  ])('X12 and stops after %s gets 408 and is disconnected', async (_what, timeouts, sent) => {
    const started = await start(timeouts);
    const { closed } = client(started.port, sent);
    expect(await closed).toMatch(/^HTTP\/1\.1 408 /);
    await expectStillServing(started);
  });

  test.each<[string, string]>([
    ['head', head(100)],
    ['body', head(100).concat(json).padEnd(200)],
  ])('X12 byte by byte has no longer for its %s', async (_what, all) => {
    const started = await start({ request: 400, headers: 400 });
    const already = all.startsWith(head(100)) && all.length > head(100).length ? head(100).length : 1;
    const { socket, closed } = client(started.port, all.slice(0, already));
    let at = already;
    const timer = setInterval(() => {
      socket.write(all[at] ?? ' ');
      at += 1;
    }, 50);
    onTestFinished(() => clearInterval(timer));
    expect(await closed).toMatch(/^HTTP\/1\.1 408 /);
    await expectStillServing(started);
  });

  test('X12 does not block other clients, even when two hundred send slowly', async () => {
    const started = await start({});
    for (let made = 0; made < 200; made += 1) client(started.port, head(100) + json.slice(0, 10));
    const connections = () =>
      new Promise<number>((resolve) => started.server.getConnections((_error, count) => resolve(count)));
    await expect.poll(connections).toBe(200);
    await expectStillServing(started);
  });

  test('X12 or sends nothing is disconnected', async () => {
    const started = await start({ headers: 300 });
    await client(started.port, '').closed;
    await expectStillServing(started);
  });
});

describe('X12 a client that sends many requests and reads no answer', () => {
  /** Sends requests on one connection, and reads no answer. */
  function sendWithoutReading(port: number, times: number): Socket {
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    socket.pause();
    socket.write((head(json.length) + json).repeat(times));
    return socket;
  }

  /** Waits until a number has stopped changing. */
  async function untilStable(value: () => number): Promise<number> {
    for (let last = -1; ; ) {
      const now = value();
      if (now === last && now > 0) return now;
      last = now;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  test('X12 has a bounded number of requests in progress', async () => {
    const started = await start({});
    let waiting = 0;
    let most = 0;
    started.server.on('request', (_request, response: ServerResponse) => {
      waiting += 1;
      most = Math.max(most, waiting);
      response.once('close', () => {
        waiting -= 1;
      });
    });
    const answered = () => started.gateway.logLines.length;
    // Far more than the buffers of a connection can store.
    const sent = 5_000;
    const socket = sendWithoutReading(started.port, sent);
    expect(await untilStable(answered)).toBeLessThan(sent);
    // One read from a socket returns up to 64 kB of requests. The next read may come before the last request is answered.
    expect(most).toBeLessThan((2 * 65_536) / (head(json.length) + json).length + 2);
    socket.destroy();
    await expect.poll(() => waiting).toBe(0);
    await expectStillServing(started);
  });

  test('X12 is disconnected after a time without a byte', async () => {
    const started = await start({ inactivity: 500 });
    sendWithoutReading(started.port, 5_000);
    const connections = () =>
      new Promise<number>((resolve) => started.server.getConnections((_error, count) => resolve(count)));
    await expect.poll(connections).toBe(1);
    await expect.poll(connections, { timeout: 15_000 }).toBe(0);
    expect(started.gateway.logLines.length).toBeGreaterThan(0);
    await expectStillServing(started);
  });
});
