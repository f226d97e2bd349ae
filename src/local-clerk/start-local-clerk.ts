import { createApp } from './app.ts';
import { createClock } from './clock.ts';
import { createControls } from './controls.ts';
import { demoData } from './data/demo-data.ts';
import { parseWithWarnings } from './data/parse-data.ts';
import { createFaults } from './fault-injection/faults.ts';
import { createRateLimiter } from './fault-injection/rate-limit.ts';
import { createRequestCounts } from './fault-injection/request-counts.ts';
import { firebaseLifetime, firebaseTemplate } from './firebase-integration.ts';
import type { Instance } from './instance.ts';
import { listen } from './listen.ts';
import type { LocalClerk, LocalClerkOptions } from './local-clerk.ts';
import { randomId } from './random-id.ts';
import { refuseUnsafe } from './refuse-unsafe.ts';
import { buildStore, findMembership, type SessionStatus, type Store, statusOf } from './store.ts';
import { findSubject } from './tokens/session-subject.ts';
import { signSessionToken } from './tokens/session-token.ts';
import { createSigningKeys } from './tokens/signing-keys.ts';

/** Clerk's frontend keeps giving session tokens to sessions with a task left to do; they say so themselves. */
const SIGNED_IN: SessionStatus[] = ['active', 'pending'];

/**
 * Starts a stand-in for Clerk's Backend API on loopback, for development and tests.
 *
 * @param options - data, address, key, clock, rate limit; every one has a default, see `LocalClerkOptions`
 * @throws Error with NODE_ENV=production, for a live secret key, off loopback, for unusable data, or for a taken port.
 */
export async function startLocalClerk(options: LocalClerkOptions = {}): Promise<LocalClerk> {
  const host = options.host ?? '127.0.0.1';
  refuseUnsafe({ nodeEnv: process.env.NODE_ENV, secretKey: options.secretKey, host });

  const clock = createClock(options.now ?? (() => Date.now()));
  const rateLimit = options.rateLimit ?? false;
  const load = (json: unknown, previous?: Store) => {
    // A copy: what becomes of the caller's objects later is not checked.
    const { data, warnings } = parseWithWarnings(structuredClone(json));
    const store = buildStore(data, clock.now(), previous);
    return { ...store, warnings: [...warnings, ...store.warnings] };
  };
  const instance: Instance = {
    store: load(options.data ?? demoData()),
    keys: await createSigningKeys(),
    clock,
    secretKey: options.secretKey ?? randomId('sk_test'),
    issuer: '',
    frontendApi: '',
  };
  const warn = (warning: string) => options.onWarning?.(warning);
  instance.store.warnings.forEach(warn);

  const traffic = {
    counts: createRequestCounts(),
    faults: createFaults(),
    limiter: createRateLimiter(clock, rateLimit),
  };
  const app = createApp(instance, traffic, warn);
  const listener = await listen((request) => app.fetch(request), host, options.port ?? 0);
  instance.issuer = listener.url;
  instance.frontendApi = frontendApiFor(host, listener.port);
  let closing: Promise<void> | undefined;

  return {
    url: listener.url,
    secretKey: instance.secretKey,
    publishableKey: `pk_test_${btoa(`${instance.frontendApi}$`)}`,
    get jwtKey() {
      return instance.keys.pem();
    },
    issuer: listener.url,
    get warnings() {
      return instance.store.warnings;
    },
    controls: createControls(instance, traffic, rateLimit),
    fetch: async (request) => app.fetch(request),
    sessions: () => describeSessions(instance),
    mintSessionToken: async (sessionId, { azp } = {}) =>
      signSessionToken(instance, subjectForBrowser(instance, sessionId), { azp }),
    sign: (claims, { header } = {}) => instance.keys.sign(claims, header),
    integrationTemplates: () => integrationTemplates(instance),
    templateKey: (name) => templateKeyOf(instance, name),
    replaceData: (data) => {
      instance.store = load(data, instance.store);
      instance.store.warnings.forEach(warn);
    },
    close: () => {
      closing ??= listener.close();
      traffic.faults.clear();
      return closing;
    },
  };
}

function describeSessions({ store, clock }: Instance) {
  return [...store.sessions.values()].map((session) => {
    const membership = findMembership(store, session.user_id, session.last_active_organization_id);
    return {
      id: session.id,
      userId: session.user_id,
      organizationId: membership?.organization_id ?? null,
      organizationRole: membership?.role ?? null,
      status: statusOf(store, session, clock.now()),
      actor: session.actor,
      label: session.label,
    };
  });
}

function subjectForBrowser(instance: Instance, sessionId: string) {
  const session = instance.store.sessions.get(sessionId);
  if (!session) throw new Error(`The local Clerk has no session "${sessionId}".`);
  const status = statusOf(instance.store, session, instance.clock.now());
  if (SIGNED_IN.includes(status)) return findSubject(instance, sessionId, SIGNED_IN);
  throw new Error(`The local Clerk gives no token to session "${sessionId}": it is ${status}.`);
}

function integrationTemplates({ store: { firebase } }: Instance) {
  return firebase
    ? [{ name: firebaseTemplate, lifetime: firebaseLifetime, algorithm: 'RS256' as const }]
    : [];
}

function templateKeyOf({ store }: Instance, name: string) {
  const template =
    [...store.templates.values()].find((entry) => entry.name === name) ??
    (name === firebaseTemplate && store.firebase ? { key: store.firebase.key() } : undefined);
  if (!template) throw new Error(`The local Clerk has no JWT template "${name}".`);
  if (!template.key) throw new Error(`The JWT template "${name}" signs with the instance's key: use jwtKey.`);
  const { algorithm, verificationKey } = template.key;
  return { algorithm, verificationKey };
}

/** Clerk's SDKs want a name with a dot in it, which 127.0.0.1 has, and localhost and ::1 have not. */
function frontendApiFor(host: string, port: number) {
  const name = host.startsWith('127.') ? host : '127.0.0.1';
  return `${name}:${port}`;
}
