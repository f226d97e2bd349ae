import type { RequestListener } from 'node:http';
import { isLoopbackAuthority } from '../../runtime/loopback.ts';

/** The body of the answer to a request whose `Host` is not a loopback name. */
export const wrongHostMessage = 'Open this page at http://localhost, with the same port.';

/**
 * Refuses requests whose `Host` is not a loopback name, with status 421. This prevents DNS rebinding: another site could let its name
 * resolve to this machine. Requests without `Host` pass, because browsers always send it.
 */
export function onlyLoopbackHosts(listener: RequestListener): RequestListener {
  return (request, response) => {
    const { host } = request.headers;
    if (host === undefined || isLoopbackAuthority(host)) return listener(request, response);
    response.writeHead(421, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
    response.end(wrongHostMessage);
  };
}
