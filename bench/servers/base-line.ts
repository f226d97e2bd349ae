import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers of Mintgate, as JSON. */
export interface Answers {
  /** To the request of `mintgate/client`. */
  client: string;
  /** To the plain request. */
  plain: string;
}

/**
 * Sends an answer with the least headers: type and length, and for a page of another origin the two of CORS, because a browser keeps the
 * answer from the page without them.
 */
export function send(request: IncomingMessage, response: ServerResponse, body: string, status = 200): void {
  const { origin } = request.headers;
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const cors = { 'access-control-allow-origin': origin, vary: 'Origin' };
  response.writeHead(status, origin === undefined ? headers : { ...headers, ...cors }).end(body);
}

/** Returns the answer to a request: only that of a page has an `Origin`. */
export function answerTo<Answer>(
  request: IncomingMessage,
  { client, plain }: { client: Answer; plain: Answer },
) {
  return request.headers.origin === undefined ? plain : client;
}
