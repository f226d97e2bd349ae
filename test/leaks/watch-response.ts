import type { ServerResponse } from 'node:http';
import { beyondTokens } from './beyond-tokens.ts';
import { type Outlet, watchText } from './watch.ts';

/** Checks the body of a `Response` when it is read: as text, as JSON, or as an event stream. */
export function watchedResponse(response: Response): Response {
  const look = (body: string) => watchAnswer('answer', response.headers, body);
  const text = response.text.bind(response);
  const watchedText = async () => {
    const body = await text();
    look(body);
    return body;
  };
  Object.assign(response, { text: watchedText, json: async () => JSON.parse(await watchedText()) });
  const { body } = response;
  if (body === null || !response.headers.get('content-type')?.startsWith('text/event-stream'))
    return response;
  const decoder = new TextDecoder();
  const passing = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      // Each event is written in one chunk.
      look(decoder.decode(chunk, { stream: true }));
      controller.enqueue(chunk);
    },
  });
  let watched: ReadableStream | undefined;
  Object.defineProperty(response, 'body', {
    get: () => {
      watched ??= body.pipeThrough(passing);
      return watched;
    },
  });
  return response;
}

/** Checks the answer of a server over a socket, before its end is sent or when the connection is closed. */
export function watchServerResponse(response: ServerResponse, outlet: Outlet): void {
  const chunks: Buffer[] = [];
  const keep = (chunk: unknown, encoding: unknown) => {
    if (typeof chunk === 'string') chunks.push(Buffer.from(chunk, encodingOf(encoding)));
    else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  };
  let checked = false;
  const look = () => {
    if (checked) return;
    checked = true;
    const headers = new Headers();
    // HTTP/2 has its status among the headers, under a name that `Headers` refuses.
    for (const [name, value] of Object.entries(response.getHeaders()))
      if (!name.startsWith(':')) headers.set(name, String(value));
    watchAnswer(outlet, headers, Buffer.concat(chunks).toString());
  };
  const { write, end } = response;
  response.write = ((...args: unknown[]) => {
    keep(args[0], args[1]);
    return Reflect.apply(write, response, args);
  }) as typeof write;
  response.end = ((...args: unknown[]) => {
    keep(args[0], args[1]);
    // Before the end is sent, because the client may then end the process.
    look();
    return Reflect.apply(end, response, args);
  }) as typeof end;
  response.once('close', look);
}

function encodingOf(encoding: unknown): BufferEncoding {
  return typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8';
}

function watchAnswer(outlet: Outlet, headers: Headers, body: string): void {
  // The page of GraphiQL is not checked: its scripts may match by chance, and it contains no data of a request.
  if (headers.get('content-encoding') === 'gzip') return;
  watchText(outlet, `${JSON.stringify([...headers])}\n${beyondTokens(body)}`);
}
