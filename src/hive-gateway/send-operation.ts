import type { SendOperation } from './request-token.ts';

/** A gateway in this process: what `createGateway` returns. */
export interface InProcessGateway {
  fetch(request: Request): Response | Promise<Response>;
}

/** Never resolved: the gateway is called in process. */
const inProcessOrigin = 'http://mintgate.invalid';

/** Returns a function that sends operations to a gateway in this process. It has deadlines of its own. */
export function sendInProcess(gateway: InProcessGateway, graphqlEndpoint: string): SendOperation {
  const url = inProcessOrigin + graphqlEndpoint;
  return async (request) => gateway.fetch(new Request(url, { method: 'POST', ...request }));
}

/** Returns a function that sends operations over HTTP. A redirect is an error: it would carry the credentials elsewhere. */
export function sendOverHttp(url: string, timeout: number, fetchFn: typeof fetch | undefined): SendOperation {
  return (request) =>
    (fetchFn ?? fetch)(url, {
      ...{ method: 'POST', redirect: 'error', signal: AbortSignal.timeout(timeout) },
      ...request,
    });
}
