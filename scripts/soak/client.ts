import { connect } from 'node:net';
import { Agent, errors, request } from 'undici';
import type { Answered, Ask } from './ask.ts';
import type { Door } from './doors.ts';
import type { Random } from './random.ts';
import type { Violations } from './violations.ts';

/** Two calls to Clerk of 3 s, for the key set and for a token, and what a busy machine takes; in milliseconds. */
const patience = 10_000;

/** Sends requests over connections that are kept. */
export interface Client {
  /** @returns undefined for a request that needed no answer */
  send(door: Door, ask: Ask): Promise<Answered | undefined>;
  /** Speaks less than a request over a connection of its own, and goes away. */
  stammer(door: Door): Promise<void>;
  close(): Promise<void>;
}

export function createClient(violations: Violations, random: Random): Client {
  const agent = new Agent({ connections: 48, headersTimeout: patience, bodyTimeout: patience });

  async function exchange(door: Door, ask: Ask): Promise<Answered | undefined> {
    const sentAt = Date.now();
    const signal = ask.abortAfter === undefined ? undefined : AbortSignal.timeout(ask.abortAfter);
    try {
      const { statusCode, body } = await request(door.origin + ask.path, {
        dispatcher: agent,
        method: ask.method,
        headers: ask.headers,
        body: ask.body ?? null,
        ...(signal ? { signal } : {}),
      });
      const text = await body.text();
      return { gateway: door.id, ask, status: statusCode, body: text, sentAt, answeredAt: Date.now() };
    } catch (error) {
      if (signal?.aborted || (ask.mayBreak && isHangUp(error))) return undefined;
      const { name, message } = error as Error;
      violations.add('no answer', `${ask.kind}, ${Date.now() - sentAt} ms: ${name}: ${message}`);
      return undefined;
    }
  }

  return {
    async send(door, ask) {
      door.busy += 1;
      try {
        return await exchange(door, ask);
      } finally {
        door.busy -= 1;
      }
    },
    async stammer(door) {
      door.busy += 1;
      const socket = connect(Number(new URL(door.origin).port), '127.0.0.1');
      socket.on('error', () => {});
      socket.resume();
      socket.write(random.pick(stammered));
      await new Promise<void>((resolve) => {
        socket.once('close', () => resolve());
        setTimeout(
          () => (random.chance(0.5) ? socket.destroy() : socket.resetAndDestroy()),
          random.between(0, 400),
        );
      });
      door.busy -= 1;
    },
    close: () => agent.destroy(),
  };
}

const head = 'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n';

const stammered = [
  '',
  'POST',
  'nonsense\r\n\r\n',
  'GET http://a/graphql HTTP/1.1\r\nhost: a\r\n\r\n',
  `${head}content-length: 500\r\n\r\n{"query":`,
  `${head}transfer-encoding: chunked\r\n\r\n5\r\n{"que`,
  `${head}transfer-encoding: chunked\r\n\r\nzz\r\n`,
  `${head}host: b\r\ncontent-length: 2\r\n\r\n{}`,
  `${head}content-length: 2\r\n\r\n{}${head}content-length: 2\r\n\r\n{}${head}`,
  `POST /webhooks/clerk HTTP/1.1\r\nhost: a\r\nsvix-id: a\r\ncontent-length: 900\r\n\r\n{"type":`,
];

function isHangUp(error: unknown): boolean {
  const { code } = error as { code?: string };
  return error instanceof errors.SocketError || code === 'EPIPE' || code === 'ECONNRESET';
}
