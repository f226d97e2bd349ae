import { sessionNotFound, sessionNotUsable } from '../errors/error-catalog.ts';
import type { Instance } from '../instance.ts';
import { findMembership } from '../store/lookups.ts';
import type { Membership } from '../store/membership.ts';
import type { Organization } from '../store/organization.ts';
import type { Session, SessionStatus } from '../store/session.ts';
import { type Store, statusOf } from '../store/store.ts';
import type { User } from '../store/user.ts';

/** The session that a token is minted for, with its user and its active organization. */
export interface TokenSubject {
  session: Session;
  status: SessionStatus;
  user: User;
  /** The organization that is active in the store now. The caller's session token does not change it. */
  active: { organization: Organization; membership: Membership } | undefined;
}

/**
 * Returns the subject of a token for a session.
 *
 * @param statuses - the statuses for which a token is minted
 * @throws ApiError 404 for an unknown session, 401 for a session with another status
 */
export function findTokenSubject(
  { store, clock }: Instance,
  sessionId: string,
  statuses: readonly SessionStatus[],
): TokenSubject {
  const session = store.sessions.get(sessionId);
  const user = session && store.users.get(session.user_id);
  if (!session || !user) throw sessionNotFound(sessionId);
  const status = statusOf(store, session, clock.now());
  if (!statuses.includes(status)) throw sessionNotUsable(sessionId);
  return { session, status, user, active: activeOrganization(store, session) };
}

function activeOrganization(store: Store, session: Session): TokenSubject['active'] {
  const membership = findMembership(store, session.user_id, session.last_active_organization_id);
  const organization = membership && store.organizations.get(membership.organization_id);
  return membership && organization && { organization, membership };
}
