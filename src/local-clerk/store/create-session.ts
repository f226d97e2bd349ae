import { parseValue } from '../data/parse-value.ts';
import { sessionSchema } from '../data/session-schema.ts';
import { randomId } from '../random-id.ts';
import { requireMembership, requireUser } from './lookups.ts';
import { type Session, type SessionStatus, toSession } from './session.ts';
import type { Store } from './store.ts';

/** A session to create. */
export interface NewSession {
  /** The id of a user of the instance. */
  userId: string;
  /** The active organization; the user must be a member of it. @default null */
  organizationId?: string | null;
  /** The status of the session. @default 'active' */
  status?: SessionStatus;
  /** The actor of an impersonated session (RFC 8693, section 4.1). @default null */
  actor?: { sub: string } & Record<string, unknown>;
}

/**
 * Adds a session to the store.
 *
 * @param now - milliseconds since the epoch
 * @throws Error for an unknown user, an organization without the user, or an invalid value
 */
export function createSession(store: Store, now: number, newSession: NewSession): Session {
  const { userId, organizationId = null, status = 'active', actor = null } = newSession;
  requireUser(store, userId);
  if (organizationId !== null) requireMembership(store, userId, organizationId);
  const entry = {
    id: randomId('sess'),
    user_id: userId,
    last_active_organization_id: organizationId,
    status,
    actor,
    created_at: now,
    label: 'Created while running',
  };
  const session = toSession(parseValue(sessionSchema, entry, 'session'), store.sessions.size, now);
  store.sessions.set(session.id, session);
  return session;
}
