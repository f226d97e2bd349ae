import type { RequestListener } from 'node:http';
import { isLoopbackAuthority } from '../../runtime/loopback.ts';

/** The answer to a request whose `Host` is not a loopback name. */
export const wrongHost = 'Open this page as localhost.';

/**
 * Refuses requests whose `Host` names no loopback address: those of a page of another site that has rebound its name to this
 * machine. A request without `Host` comes from no browser.
 */
export function onlyLoopbackHosts(listener: RequestListener): RequestListener {
  return (request, response) => {
    const { host } = request.headers;
    if (host === undefined || isLoopbackAuthority(host)) return listener(request, response);
    response.writeHead(421, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
    response.end(wrongHost);
  };
}
