import type { Plugin } from 'graphql-yoga';
import type { RedisStatus } from '../../redis/connection.ts';
import { endpoints } from '../endpoints.ts';
import { jsonResponse } from '../json-response.ts';
import { pathOf } from '../path.ts';

export interface HealthOptions {
  /** What stands in the way of minting, in words for the operator; an empty list when nothing does. */
  obstacles: () => Promise<readonly string[]>;
  /**
   * What holds of Redis; undefined where none is used. It is told and changes no HTTP status: tokens are minted without it, and all
   * instances would leave the load balancer at once.
   */
  redisStatus: () => RedisStatus | undefined;
}

/** Liveness and readiness for load balancers and orchestrators. */
export function useHealth(options: HealthOptions): Plugin {
  const { obstacles, redisStatus } = options;
  return {
    // No promise for the requests that are not about health: Yoga goes on at once.
    onRequest({ request, endResponse }) {
      const path = pathOf(request.url);
      if (path !== endpoints.health && path !== endpoints.readiness) return undefined;
      return answer(request, path).then(endResponse);
    },
  };

  async function answer(request: Request, path: string): Promise<Response> {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return jsonResponse(405, { error: 'Only GET.' }, { allow: 'GET, HEAD' });
    }
    if (path === endpoints.health) return jsonResponse(200, { status: 'ok' });
    const found = await obstacles();
    return found.length === 0
      ? jsonResponse(200, { status: 'ready', ...redis() })
      : jsonResponse(503, { status: 'not ready', obstacles: found, ...redis() });
  }

  function redis(): { redis?: RedisStatus } {
    const status = redisStatus();
    return status === undefined ? {} : { redis: status };
  }
}
