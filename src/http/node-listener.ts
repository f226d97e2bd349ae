import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { GatewayLogger } from '../logging/logger.ts';

// RFC 9110, section 7.2: a name or an address, and a port. Whatever else stands there would become part of a URL.
const authority = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

const malformed = 'The request target or the Host header is malformed.';

/** A request of node:http or node:http2. Yoga makes its URL from all of these; Express takes the last two from `X-Forwarded-*`. */
type NodeListenerRequest = IncomingMessage & {
  readonly headers: { readonly ':authority'?: string };
  readonly protocol?: unknown;
  readonly hostname?: unknown;
};

/**
 * Keeps requests that can be read in two ways from a listener that would choose one: a malformed `Host` header, one that differs
 * from `:authority` (RFC 9113, section 8.3.1), a target that is not a path, or more than one `Host` or `Authorization`, of which
 * Node.js drops all but the first (RFC 9112, section 3.2). They are answered with a small 400. A request without `Host` is passed
 * on: HTTP/1.0 and HTTP/2 need none, and Node.js refuses HTTP/1.1 without it.
 */
export function onlyPlainRequests(
  listener: RequestListener,
  log: Pick<GatewayLogger, 'info'>,
): RequestListener {
  const refuse = (request: IncomingMessage, response: ServerResponse, error: string) => {
    log.info({ status: 400, refusal: error }, 'request');
    answer(request, response, error);
  };
  const isPlainAuthority = plainAuthorities();
  return (request: NodeListenerRequest, response) => {
    if (!request.url?.startsWith('/') || !isPlainScheme(request) || !isPlainAuthority(request))
      return refuse(request, response, malformed);
    for (const name of ['Host', 'Authorization']) {
      if (countOf(name.toLowerCase(), request) > 1)
        return refuse(request, response, `There must be one ${name} header at most.`);
    }
    return listener(request, response);
  };
}

// RFC 3986, section 3.1.
const scheme = /^[a-z][a-z0-9+.-]*$/i;

function isPlainScheme({ protocol }: NodeListenerRequest): boolean {
  return !protocol || scheme.test(String(protocol));
}

/** Whether the authority of a request can be part of a URL; caches the last good one, for it rarely changes. */
function plainAuthorities(): (request: NodeListenerRequest) => boolean {
  let good: string | undefined;
  return ({ headers, hostname }) => {
    const { host, ':authority': pseudo } = headers;
    if (pseudo !== undefined && host !== undefined && pseudo !== host) return false;
    const name = pseudo ?? host ?? (hostname || undefined);
    if (name === undefined || name === good) return true;
    // Some names of the right form are addresses that the URL parser refuses, such as 1.2.3.999.
    if (typeof name !== 'string' || !authority.test(name) || !URL.canParse(`http://${name}/`)) return false;
    good = name;
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

function answer({ httpVersionMajor }: IncomingMessage, response: ServerResponse, error: string): void {
  response.writeHead(400, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // HTTP/2 has no such header (RFC 9113, section 8.2.2).
    ...(httpVersionMajor === 1 ? { connection: 'close' } : {}),
  });
  response.end(JSON.stringify({ error }));
}
