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
  return (request, response) => {
    if (!hasPlainTarget(request))
      return refuse(response, 'The request target or the Host header is malformed.');
    for (const name of ['Host', 'Authorization']) {
      if (countOf(name, request) > 1) return refuse(response, `There must be one ${name} header at most.`);
    }
    return listener(request, response);
  };
}

function hasPlainTarget({ url = '', headers: { host } }: IncomingMessage): boolean {
  if (!url.startsWith('/')) return false;
  // Some names of the right form are addresses that the URL parser refuses, such as 1.2.3.999.
  return host === undefined || (authority.test(host) && URL.canParse(`http://${host}/`));
}

function countOf(name: string, { rawHeaders }: IncomingMessage): number {
  return rawHeaders.filter((header, at) => at % 2 === 0 && header.toLowerCase() === name.toLowerCase())
    .length;
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
