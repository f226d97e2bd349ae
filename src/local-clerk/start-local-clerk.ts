import { createApp } from './app.ts';
import { type Clock, createClock } from './clock.ts';
import { createControls } from './controls.ts';
import { demoData } from './data/demo-data.ts';
import { createFaultInjection, type FaultInjection } from './fault-injection/fault-injection.ts';
import { clearFaults } from './fault-injection/faults.ts';
import { frontendApiHost, publishableKeyFor } from './frontend-api.ts';
import type { Instance } from './instance.ts';
import { listSessions } from './list-sessions.ts';
import { type Listener, listen } from './listen.ts';
import { loadStore } from './load-store.ts';
import type { LocalClerk, LocalClerkOptions } from './local-clerk.ts';
import { randomId } from './random-id.ts';
import { refuseUnsafeOptions } from './refuse-unsafe-options.ts';
import { listIntegrationTemplates, templateVerificationKey } from './template-keys.ts';
import { mintBrowserSessionToken } from './tokens/browser-session-token.ts';
import { createSigningKeys } from './tokens/signing-keys.ts';

/**
 * Starts a local Clerk on loopback: a stand-in for Clerk's Backend API, for development and tests.
 *
 * @param options - data, address, key, clock and rate limit, all optional: see `LocalClerkOptions`
 * @throws Error with `NODE_ENV=production`, for a secret key that is not a test key, for an address other than loopback, for
 * invalid data or an invalid rate limit, and for a port that is in use
 */
export async function startLocalClerk(options: LocalClerkOptions = {}): Promise<LocalClerk> {
  const { host = '127.0.0.1', port = 0, secretKey, rateLimit = false, onWarning = () => {} } = options;
  refuseUnsafeOptions({ nodeEnv: process.env.NODE_ENV, secretKey, host });
  const clock = createClock(options.now ?? (() => Date.now()));
  const instance = await createInstance(options, clock);
  for (const warning of instance.store.warnings) onWarning(warning);
  const faultInjection = createFaultInjection(rateLimit);
  const app = createApp(instance, faultInjection, onWarning);
  const listener = await listen((request) => app.fetch(request), host, port);
  instance.issuer = listener.url;
  instance.frontendApi = frontendApiHost(host, listener.port);
  return {
    url: listener.url,
    secretKey: instance.initialSecretKey,
    publishableKey: publishableKeyFor(instance.frontendApi),
    get jwtKey() {
      return instance.keys.pem();
    },
    issuer: listener.url,
    get warnings() {
      return instance.store.warnings;
    },
    controls: createControls(instance, faultInjection),
    fetch: async (request) => app.fetch(request),
    sessions: () => listSessions(instance),
    mintSessionToken: (sessionId, { azp } = {}) => mintBrowserSessionToken(instance, sessionId, azp),
    sign: (claims, { header } = {}) => instance.keys.sign(claims, header),
    integrationTemplates: () => listIntegrationTemplates(instance.store),
    templateKey: (name) => templateVerificationKey(instance.store, name),
    replaceData: (data) => {
      instance.store = loadStore(data, clock.now(), instance.store);
      for (const warning of instance.store.warnings) onWarning(warning);
    },
    close: closeOnce(listener, faultInjection),
  };
}

async function createInstance(
  { data = demoData(), secretKey = randomId('sk_test') }: LocalClerkOptions,
  clock: Clock,
): Promise<Instance> {
  return {
    store: loadStore(data, clock.now()),
    keys: await createSigningKeys(),
    clock,
    secretKeys: [secretKey],
    initialSecretKey: secretKey,
    issuer: '',
    frontendApi: '',
  };
}

function closeOnce(listener: Listener, { faults }: FaultInjection): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= listener.close();
    clearFaults(faults);
    return closing;
  };
}
