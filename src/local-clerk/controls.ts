import type { Traffic } from './app.ts';
import { checked } from './data/checked.ts';
import { permission, role as roleSchema } from './data/organization-schema.ts';
import { sessionStatus as statusSchema } from './data/session-schema.ts';
import type { Endpoint } from './endpoints.ts';
import type { ForcedAnswer } from './fault-injection/forced-answer.ts';
import type { RateLimit } from './fault-injection/rate-limit.ts';
import type { Instance } from './instance.ts';
import {
  banUser,
  createSession,
  type NewSession,
  requireMembership,
  requireSession,
  requireUser,
  unbanUser,
} from './session-edits.ts';
import type { SessionStatus } from './store.ts';

/** What a test does to the local Clerk from outside its API. Where `endpoint` is left out, every endpoint is meant. */
export interface LocalClerkControls {
  /** Delays answers. @param ms Milliseconds; 0 ends it. */
  latency(ms: number, endpoint?: Endpoint): void;
  /** Gives these answers, one for each coming request, instead of the real ones. They are not limited nor authorized. */
  answerNext(answers: ForcedAnswer | ForcedAnswer[], endpoint?: Endpoint): void;
  /** Gives this answer until told null. Answers of `answerNext` go first. */
  answerAlways(answer: ForcedAnswer | null, endpoint?: Endpoint): void;
  /** Accepts requests and answers none of them until the returned function is called. */
  hang(endpoint?: Endpoint): () => void;
  /** Sets the rate limit that all endpoints share, or takes it away. */
  throttle(limit: RateLimit | false): void;
  /** Moves the clock of tokens, sessions and rate limit. @param ms Milliseconds, negative to go back. */
  advanceClock(ms: number): void;
  /** Sets that clock, which ticks on. @param ms Milliseconds since the epoch; null for the base clock. */
  setClock(ms: number | null): void;
  /** Makes a new signing key current. @param options.keepOld Whether the JWKS still offers the old ones; `@default true` */
  rotateSigningKey(options?: { keepOld?: boolean }): Promise<void>;
  /** How many requests came in since the start or the last reset. */
  requests(endpoint?: Endpoint): number;
  /** The same for every endpoint, those without any request included. */
  requestCounts(): Record<Endpoint, number>;
  /** Begins to count anew. */
  resetRequests(): void;
  /** Takes away faults, throttling (back to the one it started with), clock offset and counts. Keys and data stay. */
  reset(): void;
  /** Switches organizations as a browser would: tokens already handed out still name the old one. */
  setActiveOrganization(sessionId: string, organizationId: string | null): void;
  /** Sets a session's status. An active one is still expired or abandoned when its dates say so. */
  setSessionStatus(sessionId: string, status: SessionStatus): void;
  /** Changes a membership. @param permissions Left as they are unless given. */
  setRole(userId: string, organizationId: string, role: string, permissions?: string[]): void;
  /** Bans a user, which revokes all their sessions. */
  banUser(userId: string): void;
  /** Lifts a ban; revoked sessions stay revoked. */
  unbanUser(userId: string): void;
  /** Makes a session and returns its id. */
  createSession(session: NewSession): string;
}

export function createControls(
  instance: Instance,
  traffic: Traffic,
  startLimit: RateLimit | false,
): LocalClerkControls {
  const { clock, keys } = instance;
  const { counts, faults, limiter } = traffic;
  return {
    latency: (ms, endpoint) => faults.setLatency(ms, endpoint),
    answerNext: (answers, endpoint) => faults.queueAnswers([answers].flat(), endpoint),
    answerAlways: (answer, endpoint) => faults.setAnswer(answer, endpoint),
    hang: (endpoint) => faults.hang(endpoint),
    throttle: (limit) => limiter.configure(limit),
    advanceClock: (ms) => clock.advance(ms),
    setClock: (ms) => clock.set(ms),
    rotateSigningKey: (options) => keys.rotate(options?.keepOld === false ? 'drop' : 'keep'),
    requests: (endpoint) => counts.of(endpoint),
    requestCounts: () => counts.all(),
    resetRequests: () => counts.reset(),
    reset: () => {
      faults.clear();
      limiter.configure(startLimit);
      clock.set(null);
      counts.reset();
    },
    setActiveOrganization: (sessionId, organizationId) => {
      const session = requireSession(instance.store, sessionId);
      requireMembership(instance.store, session.user_id, organizationId);
      session.last_active_organization_id = organizationId;
      session.updated_at = clock.now();
    },
    setSessionStatus: (sessionId, status) => {
      const session = requireSession(instance.store, sessionId);
      session.status = checked(statusSchema, status, 'status');
      session.updated_at = clock.now();
    },
    setRole: (userId, organizationId, role, permissions) => {
      const membership = requireMembership(instance.store, userId, organizationId);
      if (!membership) return;
      const change = {
        role: checked(roleSchema, role, 'role'),
        permissions: permissions?.map((name) => checked(permission, name, 'permission')),
      };
      membership.role = change.role;
      membership.permissions = change.permissions ?? membership.permissions;
      membership.updated_at = clock.now();
    },
    banUser: (userId) => banUser(instance.store, requireUser(instance.store, userId), clock.now()),
    unbanUser: (userId) => unbanUser(requireUser(instance.store, userId), clock.now()),
    createSession: (session) => createSession(instance.store, clock.now(), session).id,
  };
}
