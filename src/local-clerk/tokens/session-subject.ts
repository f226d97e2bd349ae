import { sessionNotFound, sessionNotUsable } from '../api-error.ts';
import type { Instance } from '../instance.ts';
import {
  findMembership,
  type Membership,
  type Organization,
  type Session,
  type SessionStatus,
  statusOf,
  type User,
} from '../store.ts';

/** Whom a token speaks of. */
export interface Subject {
  session: Session;
  status: SessionStatus;
  user: User;
  /** The active organization as the server knows it now, which no token presented by a caller can change. */
  active: { organization: Organization; membership: Membership } | undefined;
}

/** @throws ClerkError 404 for an unknown session, 401 for one whose status is not among `statuses`. */
export function findSubject(
  instance: Instance,
  sessionId: string,
  statuses: readonly SessionStatus[],
): Subject {
  const { store, clock } = instance;
  const session = store.sessions.get(sessionId);
  const user = session && store.users.get(session.user_id);
  if (!session || !user) throw sessionNotFound(sessionId);
  const status = statusOf(store, session, clock.now());
  if (!statuses.includes(status)) throw sessionNotUsable(sessionId);
  return { session, status, user, active: activeOrganization(instance, session) };
}

function activeOrganization({ store }: Instance, session: Session): Subject['active'] {
  const membership = findMembership(store, session.user_id, session.last_active_organization_id);
  const organization = membership && store.organizations.get(membership.organization_id);
  return membership && organization && { organization, membership };
}
