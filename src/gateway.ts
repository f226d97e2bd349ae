import type { RequestListener } from 'node:http';
import type { GatewayOptions } from './config/options.ts';
import { assembleGateway, type FetchGateway } from './create-gateway.ts';
import { onlyPlainRequests } from './http/node-listener.ts';
import { nodePlatform } from './runtime/node.ts';

/** A running gateway: call it as a node:http listener, or hand requests to `fetch`. */
export interface Gateway extends RequestListener, FetchGateway {}

/**
 * Builds a gateway. It reads no environment, touches no global, and keeps no process alive.
 *
 * @param options - see `GatewayOptions`; only the keys and the templates have no default
 * @throws TypeError that names every wrong option and what was expected
 *
 * @example
 * const gateway = createGateway({ secretKey, publishableKey, authorizedParties: ['https://app.example.com'],
 *   templates: { hasura: {} } });
 * http.createServer(gateway).listen(4000);
 */
export function createGateway(options: GatewayOptions): Gateway {
  const { gateway, yoga, log } = assembleGateway(options, nodePlatform);
  const listener = onlyPlainRequests((request, response) => yoga(request, response), log);
  return Object.assign(listener, gateway);
}
