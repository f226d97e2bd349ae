import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { GatewayLogger } from '../logging/logger.ts';
import { boundedMethod } from '../telemetry/http-method.ts';
import type { Reporter } from '../telemetry/reporter.ts';
import { isEncrypted } from './fast-path/plain-request.ts';

// RFC 9110, section 7.2: a name or an address, and a port. Any other character would become part of a URL.
const authority = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

const malformed = 'The request target or the Host header is malformed: send a path and one valid host.';

/** A request of node:http or node:http2. Yoga makes its URL from all of these; Express takes the last two from `X-Forwarded-*`. */
type NodeListenerRequest = IncomingMessage & {
  readonly headers: { readonly ':authority'?: string };
  readonly protocol?: unknown;
  readonly hostname?: unknown;
};

/**
 * Wraps a listener, so that ambiguous requests do not reach it. These are answered with a small 400: a malformed `Host` header, one
 * that differs from `:authority` (RFC 9113, section 8.3.1), a target that is not a path, and several `Host` or `Authorization`
 * headers, of which Node.js keeps the first only (RFC 9112, section 3.2). A request without `Host` passes: HTTP/1.0 and HTTP/2 need
 * none, and Node.js refuses HTTP/1.1 without it.
 *
 * @param listener - receives the other requests
 * @param log - receives a line for each refusal
 * @param reporter - receives each refusal. @default a reporter without receivers
 */
export function refuseAmbiguousRequests(
  listener: RequestListener,
  log: Pick<GatewayLogger, 'info'>,
  reporter?: Pick<Reporter, 'request'>,
): RequestListener {
  const isPlainAuthority = plainAuthorities();
  return (request: NodeListenerRequest, response) => {
    const message = faultOf(request, isPlainAuthority);
    if (message === undefined) return listener(request, response);
    log.info({ status: 400, refusal: message }, 'request');
    const scheme = isEncrypted(request) ? 'https' : 'http';
    reporter?.request({ method: boundedMethod(request.method ?? ''), scheme, status: 400, durationMs: 0 });
    return refuse(request, response, message);
  };
}

function faultOf(
  request: NodeListenerRequest,
  isPlainAuthority: (request: NodeListenerRequest) => boolean,
): string | undefined {
  if (!request.url?.startsWith('/') || !isPlainScheme(request) || !isPlainAuthority(request))
    return malformed;
  for (const name of ['Host', 'Authorization'])
    if (countOf(name.toLowerCase(), request) > 1)
      return `The request has several ${name} headers: send one at most.`;
  return undefined;
}

// RFC 3986, section 3.1.
const scheme = /^[a-z][a-z0-9+.-]*$/i;

function isPlainScheme({ protocol }: NodeListenerRequest): boolean {
  return !protocol || scheme.test(String(protocol));
}

/** Creates the check whether the authority of a request can be part of a URL. It caches the last valid one. */
function plainAuthorities(): (request: NodeListenerRequest) => boolean {
  let lastValid: string | undefined;
  return ({ headers, hostname }) => {
    const { host, ':authority': pseudo } = headers;
    if (pseudo !== undefined && host !== undefined && pseudo !== host) return false;
    const name = pseudo ?? host ?? (hostname || undefined);
    if (name === undefined || name === lastValid) return true;
    // Some names match the pattern, but the URL parser refuses them as addresses, such as 1.2.3.999.
    if (typeof name !== 'string' || !authority.test(name) || !URL.canParse(`http://${name}/`)) return false;
    lastValid = name;
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

function refuse({ httpVersionMajor }: IncomingMessage, response: ServerResponse, error: string): void {
  response.writeHead(400, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // HTTP/2 has no such header (RFC 9113, section 8.2.2).
    ...(httpVersionMajor === 1 ? { connection: 'close' } : {}),
  });
  response.end(JSON.stringify({ error }));
}
