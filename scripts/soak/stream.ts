import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { readEvent, type ServerSentEvent } from '../../test/support/event-stream.ts';
import type { Target } from './gateway-pool.ts';
import { instant, type Period } from './period.ts';
import type { PlannedRequest } from './planned-request.ts';

/** Receives the events of a stream. */
interface StreamWatcher {
  /** @param at - when the event arrived: an exact moment, or after a pause of reading, the whole pause */
  onEvent(event: ServerSentEvent, at: Period): void;
}

/** An event stream with its own connection. */
export interface Stream {
  readonly status: number;
  /** Whether the answer is an event stream; if not, `body` is the whole answer. */
  readonly isEventStream: boolean;
  readonly body: Promise<string>;
  /** When the gateway or the subscriber ended it. */
  readonly ended: Promise<Period>;
  /** Stops reading. */
  pause(): void;
  resume(): void;
  /** Disconnects. @param how - the last packet that the gateway gets */
  leave(how: 'FIN' | 'RST'): void;
}

/** The time after a pause in which the data that is read may have arrived during the pause, in milliseconds. */
const backlogMs = 1_000;
/** The longest time to the first token, in milliseconds. */
const timeoutMs = 10_000;

export async function openStream(
  target: Target,
  planned: PlannedRequest,
  watcher: StreamWatcher,
): Promise<Stream> {
  const { outgoing, response } = await send(target, planned);
  let text = '';
  let read = '';
  // During and shortly after a pause: the earliest time at which data can have arrived.
  let waiting: { since: number; until: number } | undefined;
  const arrival = () => {
    const now = instant();
    return waiting && now.to <= waiting.until ? { ...now, from: waiting.since } : now;
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
  const ended = new Promise<Period>((resolve) => response.once('close', () => resolve(arrival())));
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
      if (waiting) waiting.until = Date.now() + backlogMs;
      response.resume();
    },
    leave(how) {
      if (how === 'RST') response.socket.resetAndDestroy();
      else outgoing.destroy();
      // Otherwise an answer that was not read to its end would stay open.
      response.destroy();
    },
  };
}

/** Sends the request and waits for the head of the answer. */
function send(
  target: Target,
  planned: PlannedRequest,
): Promise<{ outgoing: ClientRequest; response: IncomingMessage }> {
  return new Promise((resolve, reject) => {
    const { method, headers, body = '' } = planned;
    const outgoing = request(target.origin + planned.path, {
      ...{ method, agent: false },
      headers: { ...headers, accept: 'text/event-stream', 'content-length': Buffer.byteLength(body) },
    });
    const timer = setTimeout(
      () => outgoing.destroy(new Error(`no head of an answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
    outgoing.once('response', (response) => {
      clearTimeout(timer);
      resolve({ outgoing, response });
    });
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    outgoing.end(body);
  });
}
