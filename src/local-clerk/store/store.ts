import type { ParsedData } from '../data/parsed-data.ts';
import { type FirebaseIntegration, toFirebaseIntegration } from './firebase-integration.ts';
import { type Membership, toMembership } from './membership.ts';
import { type Organization, toOrganization } from './organization.ts';
import { isSignedIn, type Session, type SessionStatus, toSession } from './session.ts';
import { type Template, toTemplate } from './template.ts';
import { toUser, type User } from './user.ts';

/** The users, organizations, sessions and templates of an instance. */
export interface Store {
  /** By id. */
  users: Map<string, User>;
  /** By id. */
  organizations: Map<string, Organization>;
  memberships: Membership[];
  /** By id. */
  sessions: Map<string, Session>;
  /** By id. */
  templates: Map<string, Template>;
  /** `null` when Clerk's Firebase integration is off. */
  firebase: FirebaseIntegration | null;
  /** Warnings about the data. */
  warnings: string[];
}

/**
 * Builds a store from parsed data.
 *
 * @param now - milliseconds since the epoch: the start of sessions without dates
 * @param previous - the store to replace. Its generated keys are reused, so that receivers of tokens can keep their keys.
 */
export function buildStore(data: ParsedData, now: number, previous?: Store): Store {
  const warnings: string[] = [];
  const keySource = { warnings, previous: [...(previous?.templates.values() ?? [])] };
  return {
    users: byId(data.users.map(toUser)),
    organizations: byId(data.organizations.map(toOrganization)),
    memberships: data.organization_memberships.map(toMembership),
    sessions: byId(toSessions(data, now)),
    templates: byId(data.jwt_templates.map((template, index) => toTemplate(template, index, keySource))),
    firebase: toFirebaseIntegration(data.firebase_integration, previous?.firebase),
    warnings,
  };
}

/** Returns the status of a session now. Its dates can end it, and a ban of its user revokes it. */
export function statusOf(store: Store, session: Session, now: number): SessionStatus {
  if (!isSignedIn(session)) return session.status;
  if (store.users.get(session.user_id)?.banned) return 'revoked';
  if (now >= session.expire_at) return 'expired';
  if (now >= session.abandon_at) return 'abandoned';
  return session.status;
}

function toSessions(data: ParsedData, now: number): Session[] {
  const banned = new Set(data.users.filter((user) => user.banned).map((user) => user.id));
  return data.sessions.map((entry, index) => {
    const session = toSession(entry, index, now);
    return banned.has(session.user_id) && isSignedIn(session) ? { ...session, status: 'revoked' } : session;
  });
}

function byId<T extends { id: string }>(items: T[]): Map<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}
