import type { Plugin } from 'graphql-yoga';
import { jsonResponse } from './json-response.ts';
import { pathOf } from './path.ts';

export interface HealthOptions {
  /** Path that answers 200 while the process serves. @default '/health' */
  healthEndpoint?: string;
  /** Path that answers 200 while tokens can be minted, else 503. @default '/ready' */
  readinessEndpoint?: string;
  /** What stands in the way of minting, in words for the operator; an empty list when nothing does. */
  obstacles: () => Promise<readonly string[]>;
}

/** Liveness and readiness for load balancers and orchestrators. */
export function useHealth(options: HealthOptions): Plugin {
  const { healthEndpoint = '/health', readinessEndpoint = '/ready', obstacles } = options;
  return {
    async onRequest({ request, endResponse }) {
      const path = pathOf(request.url);
      if (path !== healthEndpoint && path !== readinessEndpoint) return;
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        endResponse(jsonResponse(405, { error: 'Only GET.' }, { allow: 'GET, HEAD' }));
        return;
      }
      if (path === healthEndpoint) {
        endResponse(jsonResponse(200, { status: 'ok' }));
        return;
      }
      const found = await obstacles();
      endResponse(
        found.length === 0
          ? jsonResponse(200, { status: 'ready' })
          : jsonResponse(503, { status: 'not ready', obstacles: found }),
      );
    },
  };
}
