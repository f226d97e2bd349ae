import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

// RFC 9110, section 7.2: a name or an address, and a port. Whatever else stands there would become part of a URL.
const authority = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?$/;

/**
 * Keeps requests whose URL cannot be told from a listener that would make one of it: a malformed `Host` header, or a
 * target that is not a path. They are answered with a small 400.
 */
export function onlyPlainTargets(listener: RequestListener): RequestListener {
  return (request, response) => {
    if (hasPlainTarget(request)) return listener(request, response);
    return refuse(response);
  };
}

function hasPlainTarget({ url = '', headers: { host } }: IncomingMessage): boolean {
  if (!url.startsWith('/')) return false;
  if (host === undefined) return true;
  const match = authority.exec(host);
  return match !== null && Number(match[1] ?? 0) <= 65_535;
}

function refuse(response: ServerResponse): void {
  response.writeHead(400, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  response.end(JSON.stringify({ error: 'The request target or the Host header is malformed.' }));
}
