import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { monotonicNow } from '../../time/monotonic-now.ts';
import { keepBody } from '../body/kept-body.ts';
import { incompleteBody } from '../body/read-body.ts';
import type { FastAnswer } from '../fast-path.ts';
import type { FastPathSettings } from './fast-fetch.ts';
import { plainHeadOf } from './plain-request.ts';

/**
 * Wraps Yoga's listener, so that the fast path sees plain requests first.
 *
 * @param present - returns the present fast path: another one after a reload, which may happen while the body is read
 * @param yoga - answers all other requests, and those that the fast path does not answer
 */
export function listenFast(present: () => FastPathSettings, yoga: RequestListener): RequestListener {
  return (request, response) => {
    const { fastPath, settings } = present();
    const head = fastPath && plainHeadOf(request, settings);
    if (head === undefined) return yoga(request, response);
    const startedAt = monotonicNow();
    // Some hosts wait for the listener.
    return new Promise<void>((resolve) => {
      readText(request, (text) => {
        if (text === undefined) keepBody(request, { error: incompleteBody(), startedAt });
        else {
          const header = (name: string) => request.headers[name] as string | undefined;
          const answer = present().fastPath?.answer(
            { ...head, text, startedAt, waitUntil: undefined },
            header,
          );
          if (answer) return resolve(send(response, answer));
          keepBody(request, { text, startedAt });
        }
        resolve(yoga(request, response));
      });
    });
  };
}

/** Reads a body as text. @param onText - called once; with `undefined` when the client has disconnected before the end of the body */
function readText(request: IncomingMessage, onText: (text: string | undefined) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  let hasEnded = false;
  request.on('end', () => {
    hasEnded = true;
    const [first] = chunks;
    onText((first && chunks.length === 1 ? first : Buffer.concat(chunks)).toString());
  });
  request.on('close', () => {
    if (!hasEnded) onText(undefined);
  });
}

function send(response: ServerResponse, { headers, body }: FastAnswer): void {
  // The client has gone, or the host has answered while the body arrived.
  if (response.destroyed || response.headersSent) return;
  try {
    response.writeHead(200, 'OK', { ...headers, 'content-length': String(Buffer.byteLength(body)) });
    response.end(body);
  } catch {
    // A host's own writeHead can throw. The event of the body must not end the process.
    response.destroy();
  }
}
