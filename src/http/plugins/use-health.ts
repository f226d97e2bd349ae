import type { Plugin } from 'graphql-yoga';
import type { GatewayLogger } from '../../logging/logger.ts';
import type { RedisStatus } from '../../redis/connection.ts';
import { endpoints } from '../endpoints.ts';
import { jsonResponse } from '../json-response.ts';
import { pathOf } from '../path.ts';
import { unexpectedErrorResponse } from '../unexpected-error-response.ts';

/** The paths that load balancers and orchestrators request again and again. */
export const probePaths: ReadonlySet<string> = new Set([endpoints.health, endpoints.readiness]);

interface HealthOptions {
  /** Returns why tokens cannot be minted, for the operator; an empty list while they can. */
  notReadyReasons: () => Promise<readonly string[]>;
  /** Returns what the operator should correct, whether or not tokens can be minted. */
  warnings: () => readonly string[];
  /**
   * Returns the status of Redis, or `undefined` if none is used. It does not change the HTTP status: tokens are minted without Redis,
   * and otherwise all instances would leave the load balancer at once.
   */
  redisStatus: () => RedisStatus | undefined;
  log: Pick<GatewayLogger, 'error'>;
}

/** Answers the probes: `/health` with 200 while the process serves, `/ready` with 200 while tokens can be minted, else 503. */
export function useHealth(options: HealthOptions): Plugin {
  return {
    // Synchronous for all other requests, so that Yoga does not wait for a promise.
    onRequest({ request, endResponse }) {
      const path = pathOf(request.url);
      if (!probePaths.has(path)) return undefined;
      return answerProbe(request, path, options)
        .catch((error) => unexpectedErrorResponse(options.log, request, error))
        .then(endResponse);
    },
  };
}

async function answerProbe(request: Request, path: string, options: HealthOptions): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return jsonResponse(405, { error: 'Health checks must use GET or HEAD.' }, { allow: 'GET, HEAD' });
  if (path === endpoints.health) return jsonResponse(200, { status: 'ok' });
  const reasons = await options.notReadyReasons();
  const status = options.redisStatus();
  const warnings = options.warnings();
  const more = {
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(status === undefined ? {} : { redis: status }),
  };
  return reasons.length === 0
    ? jsonResponse(200, { status: 'ready', ...more })
    : jsonResponse(503, { status: 'not ready', notReadyReasons: reasons, ...more });
}
