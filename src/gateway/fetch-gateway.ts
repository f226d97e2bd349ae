import type { GatewayOptions } from '../config/options.ts';
import type { GatewayStats } from '../mint/stats.ts';

/** A running gateway that takes requests and returns responses as `fetch` does. */
export interface FetchGateway {
  /**
   * Answers one request, without a socket.
   *
   * @param request - a GraphQL request, or one for `/health`, `/ready`, `/webhooks/clerk` or `/token`
   * @param hostContext - passed unchanged to `options.authenticate`. In a runtime that stops the work of a request after its
   *   answer, it must have `waitUntil`, as the context of a Cloudflare Worker has
   */
  fetch(request: Request, hostContext?: object): Promise<Response>;
  /**
   * Replaces the settings of the running gateway, all at once or not at all. Held tokens, requests that wait, and open subscriptions obey the
   * new settings from then on; cache, budgets and revocations stay. Reloads run one after the other.
   *
   * @param options - complete, as for `createGateway`, or a function that reads them. Some options need a restart (docs/configuration.md lists
   *   them): their changes are ignored
   * @returns the names of the ignored options that have changed; of functions and loggers it cannot be known whether they have
   * @throws the error of the function, or a TypeError that names every wrong option and what was expected; then nothing has changed
   */
  reload(
    options: GatewayOptions | (() => GatewayOptions | Promise<GatewayOptions>),
  ): Promise<readonly string[]>;
  /** Returns the counts of this process since the gateway was created: hits, mints, refusals. */
  stats(): GatewayStats;
  /** Makes `/ready` answer 503 and ends subscriptions, while requests are still served: the first step of a shutdown. */
  drain(): void;
  /** Closes the connections and timers of the gateway. Call it after the requests in progress have been answered. */
  dispose(): Promise<void>;
}
