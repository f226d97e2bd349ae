import { type Context, Hono } from 'hono';
import { isLoopback, isLoopbackAuthority } from '../runtime/loopback.ts';
import { answerError } from './answer-error.ts';
import {
  bodyInvalid,
  ClerkError,
  hostInvalid,
  tooManyRequests,
  unexpected,
  urlNotFound,
} from './api-error.ts';
import { ENDPOINTS, type Endpoint, isPublic } from './endpoints.ts';
import type { Faults } from './fault-injection/faults.ts';
import { forcedResponse } from './fault-injection/forced-answer.ts';
import type { RateLimiter } from './fault-injection/rate-limit.ts';
import type { RequestCounts } from './fault-injection/request-counts.ts';
import type { Instance } from './instance.ts';
import { requireSecretKey } from './require-secret-key.ts';
import { HANDLERS } from './routes/index.ts';

/** What happens to a request before it is answered. */
export interface Traffic {
  counts: RequestCounts;
  faults: Faults;
  limiter: RateLimiter;
}

/**
 * The Backend API of one instance.
 *
 * @param report Told what went wrong when the stand-in itself fails.
 */
export function createApp(instance: Instance, traffic: Traffic, report: (fault: string) => void): Hono {
  const app = new Hono();
  app.onError((error, c) => {
    if (error instanceof ClerkError) return answerError(error);
    // A client that goes away in the middle of its body is no fault of the stand-in.
    if (c.req.raw.signal.aborted) return answerError(bodyInvalid());
    report(`The local Clerk failed at ${c.req.method} ${c.req.path}: ${error.message}`);
    return answerError(unexpected());
  });
  app.use(async (c, next) => {
    requireLoopbackHost(c);
    await next();
  });

  for (const endpoint of ENDPOINTS) {
    const [method = '', path = ''] = endpoint.split(' ');
    app.on(method, path.replace(/\{(\w+)\}/g, ':$1'), async (c) => {
      const forced = await admit(c, instance, traffic, endpoint);
      return forced ?? HANDLERS[endpoint](c, instance);
    });
  }
  app.notFound(async (c) => {
    const forced = await admit(c, instance, traffic, 'unmatched');
    return forced ?? answerError(urlNotFound());
  });
  return app;
}

async function admit(c: Context, instance: Instance, traffic: Traffic, endpoint: Endpoint) {
  traffic.counts.add(endpoint);
  const forced = await traffic.faults.apply(endpoint);
  if (forced) return forcedResponse(forced);
  const retryAfter = traffic.limiter.admit(endpoint);
  if (retryAfter !== null) throw tooManyRequests(retryAfter);
  if (!isPublic(endpoint)) requireSecretKey(c.req.header('authorization'), instance.secretKey);
  return undefined;
}

/** A page of some other site that rebinds its name to 127.0.0.1 sends its own name here. */
function requireLoopbackHost(c: Context) {
  const host = c.req.header('host');
  if (!isLoopback(new URL(c.req.url).hostname)) throw hostInvalid();
  if (host !== undefined && !isLoopbackAuthority(host)) throw hostInvalid();
}
