import type { GatewayStats } from '../mint/stats.ts';

/** A running gateway that takes requests and returns responses as `fetch` does. */
export interface FetchGateway {
  /**
   * Answers one request, without a socket.
   *
   * @param request - a GraphQL request, or one for `/health`, `/ready` or `/webhooks/clerk`
   * @param hostContext - passed unchanged to `options.authenticate`. In a runtime that stops the work of a request after its
   *   answer, it must have `waitUntil`, as the context of a Cloudflare Worker has
   */
  fetch(request: Request, hostContext?: object): Promise<Response>;
  /** Returns the counts of this process since the gateway was created: hits, mints, refusals. */
  stats(): GatewayStats;
  /** Makes `/ready` answer 503 and ends subscriptions, while requests are still served: the first step of a shutdown. */
  drain(): void;
  /** Closes the connections and timers of the gateway. Call it after the requests in progress have been answered. */
  dispose(): Promise<void>;
}
