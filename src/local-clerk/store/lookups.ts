import type { Membership } from './membership.ts';
import type { Organization } from './organization.ts';
import type { Session } from './session.ts';
import type { Store } from './store.ts';
import type { Template } from './template.ts';
import type { User } from './user.ts';

/** Returns the membership of a user in an organization, or `undefined`. */
export function findMembership(store: Store, userId: string, organizationId: string | null) {
  return store.memberships.find(
    (membership) => membership.user_id === userId && membership.organization_id === organizationId,
  );
}

/** Returns the JWT template with a name, or `undefined`. */
export function findTemplateByName(store: Store, name: string): Template | undefined {
  return [...store.templates.values()].find((template) => template.name === name);
}

/** Returns the user of a membership. @throws Error when the store does not have it */
export function userOfMembership(store: Store, membership: Membership): User {
  const user = store.users.get(membership.user_id);
  if (!user) throw new Error(`The membership "${membership.id}" names an unknown user.`);
  return user;
}

/** Returns the organization of a membership. @throws Error when the store does not have it */
export function organizationOfMembership(store: Store, membership: Membership): Organization {
  const organization = store.organizations.get(membership.organization_id);
  if (!organization) throw new Error(`The membership "${membership.id}" names an unknown organization.`);
  return organization;
}

/** Returns a session by its id. @throws Error for an unknown id */
export function requireSession(store: Store, sessionId: string): Session {
  const session = store.sessions.get(sessionId);
  if (!session) throw new Error(`The local Clerk has no session "${sessionId}".`);
  return session;
}

/** Returns a user by its id. @throws Error for an unknown id */
export function requireUser(store: Store, userId: string): User {
  const user = store.users.get(userId);
  if (!user) throw new Error(`The local Clerk has no user "${userId}".`);
  return user;
}

/** Returns the membership of a user in an organization. @throws Error when the user is not a member */
export function requireMembership(store: Store, userId: string, organizationId: string): Membership {
  const membership = findMembership(store, userId, organizationId);
  if (!membership) {
    throw new Error(
      `The local Clerk has no membership of user "${userId}" in organization "${organizationId}".`,
    );
  }
  return membership;
}
