import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { GatewayLogger } from '../log.ts';

// RFC 9110, section 7.2: a name or an address, and a port. Whatever else stands there would become part of a URL.
const authority = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/**
 * Keeps requests that can be read in two ways from a listener that would choose one: a malformed `Host` header, a target
 * that is not a path, or more than one `Host` or `Authorization`, of which Node.js drops all but the first (RFC 9112, section
 * 3.2). They are answered with a small 400.
 */
export function onlyPlainRequests(
  listener: RequestListener,
  log: Pick<GatewayLogger, 'info'>,
): RequestListener {
  const refuse = (response: ServerResponse, error: string) => {
    log.info({ status: 400, refusal: error }, 'request');
    answer(response, error);
  };
  const isPlainHost = plainHosts();
  return (request, response) => {
    if (!request.url?.startsWith('/') || !isPlainHost(request.headers.host))
      return refuse(response, 'The request target or the Host header is malformed.');
    for (const name of ['Host', 'Authorization']) {
      if (countOf(name.toLowerCase(), request) > 1)
        return refuse(response, `There must be one ${name} header at most.`);
    }
    return listener(request, response);
  };
}

/** Whether a `Host` can be part of a URL; remembers the last good one, for it rarely changes. */
function plainHosts(): (host: string | undefined) => boolean {
  let good: string | undefined;
  return (host) => {
    if (host === good) return true;
    // Some names of the right form are addresses that the URL parser refuses, such as 1.2.3.999.
    if (!authority.test(host ?? '') || !URL.canParse(`http://${host}/`)) return false;
    good = host;
    return true;
  };
}

function countOf(name: string, { rawHeaders }: IncomingMessage): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const header = rawHeaders[at] ?? '';
    if (header.length === name.length && header.toLowerCase() === name) count += 1;
  }
  return count;
}

function answer(response: ServerResponse, error: string): void {
  response.writeHead(400, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  response.end(JSON.stringify({ error }));
}
