import { permission as permissionSchema, role as roleSchema } from './data/membership-schema.ts';
import { parseValue } from './data/parse-value.ts';
import { sessionStatus as statusSchema } from './data/session-schema.ts';
import type { Endpoint } from './endpoints.ts';
import { type FaultInjection, resetFaultInjection } from './fault-injection/fault-injection.ts';
import { hangRequests, queueAnswers, setFixedAnswer, setLatency } from './fault-injection/faults.ts';
import type { ForcedAnswer } from './fault-injection/forced-answer.ts';
import { type RateLimit, setRateLimit } from './fault-injection/rate-limit.ts';
import type { Instance } from './instance.ts';
import { addSecretKey, removeSecretKey } from './secret-keys.ts';
import { banUser, unbanUser } from './store/ban-user.ts';
import { createSession, type NewSession } from './store/create-session.ts';
import { requireMembership, requireSession, requireUser } from './store/lookups.ts';
import type { SessionStatus } from './store/session.ts';

/**
 * Faults, clock and data of a running local Clerk, for tests. Without `endpoint`, a control affects every endpoint. Each
 * control throws an `Error` for an invalid argument, and then changes nothing.
 */
export interface LocalClerkControls {
  /**
   * Delays answers. Version 0.2 calls it `latency`.
   *
   * @param ms - milliseconds; 0 ends the delay
   * @param endpoint - the endpoint whose answers are delayed. @default every endpoint
   */
  setLatency(ms: number, endpoint?: Endpoint): void;
  /**
   * Replaces the answers to the next requests, one each. Such a request needs no secret key and does not count against the
   * rate limit.
   *
   * @param endpoint - its answers take precedence over those for every endpoint. @default every endpoint
   */
  answerNext(answers: ForcedAnswer | ForcedAnswer[], endpoint?: Endpoint): void;
  /**
   * Replaces the answer to every request until it is removed. Answers of `answerNext` take precedence.
   *
   * @param answer - `null` removes the answer
   * @param endpoint - its answer takes precedence over the one for every endpoint. @default every endpoint
   */
  answerAlways(answer: ForcedAnswer | null, endpoint?: Endpoint): void;
  /** Accepts requests without answering them. @returns a function that lets the requests continue */
  hang(endpoint?: Endpoint): () => void;
  /** Sets the rate limit that all endpoints but the JWKS share; `false` removes it. Version 0.2 calls it `throttle`. */
  setRateLimit(limit: RateLimit | false): void;
  /** Moves the clock of tokens, sessions and rate limit. @param ms - milliseconds; negative moves it back */
  advanceClock(ms: number): void;
  /** Sets the same clock, which then continues. @param ms - milliseconds since the epoch; `null` returns to the base clock */
  setClock(ms: number | null): void;
  /** Generates a new current signing key. @param options.keepOld - whether the JWKS keeps the earlier keys. @default true */
  rotateSigningKey(options?: { keepOld?: boolean }): Promise<void>;
  /**
   * Accepts a further secret key, as Clerk does for a key that is added in its dashboard. It must start with `sk_test_`.
   *
   * @param secretKey - @default a random key
   * @returns the key
   */
  addSecretKey(secretKey?: string): string;
  /** Refuses a secret key from now on, as Clerk does for a deleted key. Without any key left, every request is refused. */
  removeSecretKey(secretKey: string): void;
  /** Returns the number of requests since the start or the last reset. @param endpoint - @default all endpoints together */
  requests(endpoint?: Endpoint): number;
  /** Returns the number of requests of each endpoint since the start or the last reset. */
  requestCounts(): Record<Endpoint, number>;
  /** Sets the numbers of requests to zero. */
  resetRequests(): void;
  /**
   * Removes faults, clock changes and request counts, and restores the initial rate limit and secret key. Signing keys and data
   * stay.
   */
  reset(): void;
  /** Sets the active organization of a session, as a browser does. Tokens that were minted before keep the earlier one. */
  setActiveOrganization(sessionId: string, organizationId: string | null): void;
  /** Sets the recorded status of a session. Its dates can still end an active session. */
  setSessionStatus(sessionId: string, status: SessionStatus): void;
  /** Sets the role of a member. @param permissions - @default the present permissions */
  setRole(userId: string, organizationId: string, role: string, permissions?: string[]): void;
  /** Bans a user, which revokes all sessions of the user. */
  banUser(userId: string): void;
  /** Lifts a ban. Revoked sessions stay revoked. */
  unbanUser(userId: string): void;
  /** Creates a session and returns its id. */
  createSession(session: NewSession): string;
}

/** Creates the controls of an instance. */
export function createControls(instance: Instance, faultInjection: FaultInjection): LocalClerkControls {
  const { clock, keys } = instance;
  const { counts, faults, limiter } = faultInjection;
  return {
    setLatency: (ms, endpoint) => setLatency(faults, ms, endpoint),
    answerNext: (answers, endpoint) => queueAnswers(faults, [answers].flat(), endpoint),
    answerAlways: (answer, endpoint) => setFixedAnswer(faults, answer, endpoint),
    hang: (endpoint) => hangRequests(faults, endpoint),
    setRateLimit: (limit) => setRateLimit(limiter, limit),
    advanceClock: (ms) => clock.advance(ms),
    setClock: (ms) => clock.set(ms),
    rotateSigningKey: (options) => keys.rotate(options?.keepOld === false ? 'drop' : 'keep'),
    addSecretKey: (secretKey) => addSecretKey(instance, secretKey),
    removeSecretKey: (secretKey) => removeSecretKey(instance, secretKey),
    requests: (endpoint) => counts.of(endpoint),
    requestCounts: () => counts.all(),
    resetRequests: () => counts.reset(),
    reset: () => {
      resetFaultInjection(faultInjection);
      clock.set(null);
      instance.secretKeys = [instance.initialSecretKey];
    },
    setActiveOrganization: (...change) => setActiveOrganization(instance, ...change),
    setSessionStatus: (...change) => setSessionStatus(instance, ...change),
    setRole: (...change) => setRole(instance, ...change),
    banUser: (userId) => banUser(instance.store, requireUser(instance.store, userId), clock.now()),
    unbanUser: (userId) => unbanUser(requireUser(instance.store, userId), clock.now()),
    createSession: (session) => createSession(instance.store, clock.now(), session).id,
  };
}

function setActiveOrganization({ store, clock }: Instance, sessionId: string, organizationId: string | null) {
  const session = requireSession(store, sessionId);
  if (organizationId !== null) requireMembership(store, session.user_id, organizationId);
  session.last_active_organization_id = organizationId;
  session.updated_at = clock.now();
}

function setSessionStatus({ store, clock }: Instance, sessionId: string, status: SessionStatus) {
  const session = requireSession(store, sessionId);
  session.status = parseValue(statusSchema, status, 'status');
  session.updated_at = clock.now();
}

function setRole(
  { store, clock }: Instance,
  userId: string,
  organizationId: string,
  role: string,
  permissions?: string[],
) {
  const membership = requireMembership(store, userId, organizationId);
  const change = {
    role: parseValue(roleSchema, role, 'role'),
    permissions: permissions?.map((name) => parseValue(permissionSchema, name, 'permission')),
  };
  membership.role = change.role;
  membership.permissions = change.permissions ?? membership.permissions;
  membership.updated_at = clock.now();
}
