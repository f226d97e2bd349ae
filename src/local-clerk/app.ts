import { type Context, Hono } from 'hono';
import { isLoopback, isLoopbackAuthority } from '../runtime/loopback.ts';
import { type Endpoint, endpoints, isPublic } from './endpoints.ts';
import { ApiError } from './errors/api-error.ts';
import {
  bodyInvalid,
  hostInvalid,
  tooManyRequests,
  unexpected,
  urlNotFound,
} from './errors/error-catalog.ts';
import { errorResponse } from './errors/error-response.ts';
import type { FaultInjection } from './fault-injection/fault-injection.ts';
import { applyFaults } from './fault-injection/faults.ts';
import { forcedResponse } from './fault-injection/forced-answer.ts';
import { countRequest } from './fault-injection/rate-limit.ts';
import type { Instance } from './instance.ts';
import { requireSecretKey } from './require-secret-key.ts';
import { handlers } from './routes/index.ts';

/**
 * Creates the Backend API of one instance.
 *
 * @param onFailure - called with a sentence for each request that the local Clerk itself failed to answer
 */
export function createApp(
  instance: Instance,
  faultInjection: FaultInjection,
  onFailure: (message: string) => void,
): Hono {
  const app = new Hono();
  app.onError((error, c) => {
    if (error instanceof ApiError) return errorResponse(error);
    // A client that disconnects before its body ends is not a failure of the local Clerk.
    if (c.req.raw.signal.aborted) return errorResponse(bodyInvalid());
    onFailure(`The local Clerk failed to answer ${c.req.method} ${c.req.path}: ${error.message}`);
    return errorResponse(unexpected());
  });
  app.use(async (c, next) => {
    requireLoopbackHost(c);
    await next();
  });
  for (const endpoint of endpoints) {
    const [method = '', path = ''] = endpoint.split(' ');
    app.on(method, path.replace(/\{(\w+)\}/g, ':$1'), async (c) => {
      const forced = await admit(c, instance, faultInjection, endpoint);
      return forced ?? handlers[endpoint](c, instance);
    });
  }
  app.notFound(async (c) => {
    const forced = await admit(c, instance, faultInjection, 'unmatched');
    return forced ?? errorResponse(urlNotFound());
  });
  return app;
}

/** Counts a request, applies faults and rate limit, and checks the secret key. @returns the forced answer, if there is one */
async function admit(
  c: Context,
  instance: Instance,
  { counts, faults, limiter }: FaultInjection,
  endpoint: Endpoint,
): Promise<Response | undefined> {
  counts.add(endpoint);
  const forced = await applyFaults(faults, endpoint);
  if (forced) return forcedResponse(forced);
  const retryAfter = countRequest(limiter, endpoint, instance.clock);
  if (retryAfter !== null) throw tooManyRequests(retryAfter);
  if (!isPublic(endpoint)) requireSecretKey(c.req.header('authorization'), instance.secretKeys);
  return undefined;
}

/** Prevents DNS rebinding. A page of another site sends the name of that site as `Host`, even if the name resolves to loopback. */
function requireLoopbackHost(c: Context): void {
  const host = c.req.header('host');
  if (!isLoopback(new URL(c.req.url).hostname)) throw hostInvalid();
  if (host !== undefined && !isLoopbackAuthority(host)) throw hostInvalid();
}
