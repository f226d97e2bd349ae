import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { readEvent, type ServerSentEvent } from '../../test/support/event-stream.ts';
import type { Ask } from './ask.ts';
import type { Door } from './doors.ts';

/** What a subscriber sees. Times are milliseconds since the epoch. */
export interface StreamWatcher {
  /** @param at - when it came; where it had waited to be read, the earliest moment at which it can have come */
  onEvent(event: ServerSentEvent, at: number): void;
}

/** An event stream over a connection of its own. */
export interface Stream {
  readonly status: number;
  /** Whether it is one; else `body` has the whole answer. */
  readonly isEventStream: boolean;
  readonly body: Promise<string>;
  /** When the gateway, or the subscriber, had ended it. */
  readonly ended: Promise<number>;
  /** Stops reading. */
  pause(): void;
  resume(): void;
  /** Goes away. @param how - the last packet that the gateway gets */
  leave(how: 'FIN' | 'RST'): void;
}

/** What was read so soon after a pause had waited, in milliseconds. */
const backlog = 1_000;
/** How long the first token may take, in milliseconds. */
const patience = 10_000;

export async function openStream(door: Door, ask: Ask, watcher: StreamWatcher): Promise<Stream> {
  const { asked, response } = await send(door, ask);
  let text = '';
  let read = '';
  // The earliest moment at which what is read now can have come.
  let waiting: { since: number; until: number } | undefined;
  const arrival = () => {
    const now = Date.now();
    return waiting && now <= waiting.until ? waiting.since : now;
  };
  const isEventStream = /^text\/event-stream/.test(response.headers['content-type'] ?? '');
  response.setEncoding('utf8').on('data', (chunk: string) => {
    if (!isEventStream) read += chunk;
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    if (isEventStream) for (const block of blocks) watcher.onEvent(readEvent(block), arrival());
  });
  response.on('error', () => {});
  const ended = new Promise<number>((resolve) => response.once('close', () => resolve(arrival())));
  return {
    status: response.statusCode ?? 0,
    isEventStream,
    body: ended.then(() => read),
    ended,
    pause() {
      waiting = { since: Date.now(), until: Number.POSITIVE_INFINITY };
      response.pause();
    },
    resume() {
      if (waiting) waiting.until = Date.now() + backlog;
      response.resume();
    },
    leave(how) {
      if (how === 'RST') response.socket.resetAndDestroy();
      else asked.destroy();
      // Where it was not read to its end, it would wait for that.
      response.destroy();
    },
  };
}

/** Waits for the head of the answer. */
function send(door: Door, ask: Ask): Promise<{ asked: ClientRequest; response: IncomingMessage }> {
  return new Promise((resolve, reject) => {
    const { method, headers, body = '' } = ask;
    const asked = request(door.origin + ask.path, {
      ...{ method, agent: false },
      headers: { ...headers, accept: 'text/event-stream', 'content-length': Buffer.byteLength(body) },
    });
    const timer = setTimeout(() => asked.destroy(new Error('no head of an answer')), patience);
    asked.once('response', (response) => {
      clearTimeout(timer);
      resolve({ asked, response });
    });
    asked.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    asked.end(body);
  });
}
