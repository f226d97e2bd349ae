import { fetchWithoutRedirect } from './fetch-without-redirect.ts';

/** The context of a host that ends the work of a request after its answer, as a Worker does. */
export interface HostContext {
  waitUntil(work: Promise<unknown>): void;
}

/** A gateway in this process: what `createGateway` returns. */
export interface InProcessGateway {
  /** @param hostContext - `waitUntil` of the router's context, where it has one */
  fetch(request: Request, hostContext?: HostContext): Response | Promise<Response>;
}

/** Sends a GraphQL operation to Mintgate: in process or over HTTP. */
export type SendOperation = (
  request: { headers: Record<string, string>; body: string },
  hostContext?: HostContext,
) => Promise<Response>;

/** Never resolved: the gateway is called in process. */
const inProcessOrigin = 'http://mintgate.invalid';

/** Returns a function that sends operations to a gateway in this process. It has deadlines of its own. */
export function sendInProcess(gateway: InProcessGateway, graphqlEndpoint: string): SendOperation {
  const url = inProcessOrigin + graphqlEndpoint;
  return async (request, hostContext) =>
    gateway.fetch(new Request(url, { method: 'POST', ...request }), hostContext);
}

/** Returns a function that sends operations over HTTP. A redirect is an error. */
export function sendOverHttp(url: string, timeout: number, fetchFn: typeof fetch | undefined): SendOperation {
  return (request) =>
    fetchWithoutRedirect((redirect) =>
      (fetchFn ?? fetch)(url, {
        ...{ method: 'POST', redirect, signal: AbortSignal.timeout(timeout) },
        ...request,
      }),
    );
}
