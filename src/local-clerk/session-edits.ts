import { checked } from './data/checked.ts';
import { sessionSchema } from './data/session-schema.ts';
import { randomId } from './random-id.ts';
import {
  findMembership,
  isSignedIn,
  type Session,
  type SessionStatus,
  type Store,
  toSession,
  type User,
} from './store.ts';

/** A session to be made. */
export interface NewSession {
  /** Whose session it is: the id of a user of the instance. */
  userId: string;
  /** The active organization, of which the user must be a member. @default null */
  organizationId?: string | null;
  /** @default 'active' */
  status?: SessionStatus;
  /** Who really acts, for an impersonated session. @default null */
  actor?: { sub: string } & Record<string, unknown>;
}

/** @throws Error when the user is unknown or no member of the organization. */
export function createSession(store: Store, now: number, wanted: NewSession): Session {
  requireUser(store, wanted.userId);
  const organizationId = wanted.organizationId ?? null;
  requireMembership(store, wanted.userId, organizationId);
  const session = toSession(
    checked(
      sessionSchema,
      {
        id: randomId('sess'),
        user_id: wanted.userId,
        last_active_organization_id: organizationId,
        status: wanted.status ?? 'active',
        actor: wanted.actor ?? null,
        created_at: now,
        label: 'Made while running',
      },
      'the session',
    ),
    store.sessions.size,
    now,
  );
  store.sessions.set(session.id, session);
  return session;
}

/** @throws Error when there is no such session. */
export function requireSession(store: Store, sessionId: string): Session {
  const session = store.sessions.get(sessionId);
  if (!session) throw new Error(`The local Clerk has no session "${sessionId}".`);
  return session;
}

/** @throws Error when there is no such user. */
export function requireUser(store: Store, userId: string): User {
  const user = store.users.get(userId);
  if (!user) throw new Error(`The local Clerk has no user "${userId}".`);
  return user;
}

/** @throws Error when the user is no member of the organization; null is always well. */
export function requireMembership(store: Store, userId: string, organizationId: string | null) {
  const membership = findMembership(store, userId, organizationId);
  if (organizationId !== null && !membership) {
    throw new Error(`In the local Clerk "${userId}" is no member of "${organizationId}".`);
  }
  return membership;
}

/** Bans a user: all their sessions are revoked, for good. */
export function banUser(store: Store, user: User, now: number): void {
  user.banned = true;
  user.updated_at = now;
  for (const session of store.sessions.values()) {
    if (session.user_id !== user.id || !isSignedIn(session)) continue;
    session.status = 'revoked';
    session.updated_at = now;
  }
}

/** Lets a user sign in again; sessions that the ban revoked stay revoked. */
export function unbanUser(user: User, now: number): void {
  user.banned = false;
  user.updated_at = now;
}
