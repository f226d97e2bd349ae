import { connect } from 'node:net';
import { Agent, errors, request } from 'undici';
import type { Target } from './gateway-pool.ts';
import { instant } from './period.ts';
import type { Answered, PlannedRequest } from './planned-request.ts';
import type { Random } from './random.ts';
import type { Violations } from './violations.ts';

/** The timeout in milliseconds: two calls to Clerk of 3 s, for the key set and for a token, and time for a busy machine. */
const timeoutMs = 10_000;

/** Sends requests over a pool of connections. */
export interface Client {
  /** Sends a request. @returns undefined if there is no answer, which is a violation unless the request needs none */
  send(target: Target, planned: PlannedRequest): Promise<Answered | undefined>;
  /** Sends part of a request over a new connection, and disconnects. */
  sendFragment(target: Target): Promise<void>;
  close(): Promise<void>;
}

export function createClient(violations: Violations, random: Random): Client {
  const agent = new Agent({ connections: 48, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });

  async function exchange(target: Target, planned: PlannedRequest): Promise<Answered | undefined> {
    const sentAt = Date.now();
    const signal = planned.abortAfter === undefined ? undefined : AbortSignal.timeout(planned.abortAfter);
    try {
      const { statusCode, headers, body } = await request(target.origin + planned.path, {
        dispatcher: agent,
        method: planned.method,
        headers: planned.headers,
        body: planned.body ?? null,
        ...(signal ? { signal } : {}),
      });
      const text = await body.text();
      const retryAfter = headers['retry-after'] === undefined ? undefined : Number(headers['retry-after']);
      return {
        ...{ gateway: target.id, planned, status: statusCode, body: text, retryAfter },
        ...{ sentAt, answeredAt: instant() },
      };
    } catch (error) {
      if (signal?.aborted || (planned.mayBreak && isDisconnect(error))) return undefined;
      const { name, message } = error as Error;
      violations.add('no answer', `${planned.kind}, ${Date.now() - sentAt} ms: ${name}: ${message}`);
      return undefined;
    }
  }

  return {
    async send(target, planned) {
      target.busy += 1;
      try {
        return await exchange(target, planned);
      } finally {
        target.busy -= 1;
      }
    },
    async sendFragment(target) {
      target.busy += 1;
      const socket = connect(Number(new URL(target.origin).port), '127.0.0.1');
      socket.on('error', () => {});
      socket.resume();
      socket.write(random.pick(fragments));
      await new Promise<void>((resolve) => {
        socket.once('close', () => resolve());
        setTimeout(
          () => (random.chance(0.5) ? socket.destroy() : socket.resetAndDestroy()),
          random.between(0, 400),
        );
      });
      target.busy -= 1;
    },
    close: () => agent.destroy(),
  };
}

const head = 'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n';

const fragments = [
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

function isDisconnect(error: unknown): boolean {
  const { code } = error as { code?: string };
  return error instanceof errors.SocketError || code === 'EPIPE' || code === 'ECONNRESET';
}
