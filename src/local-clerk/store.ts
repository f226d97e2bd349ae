import { membershipEnds, type ParsedData } from './data/data-schema.ts';
import { creationTime } from './data/fields.ts';
import { slugOf } from './data/organization-schema.ts';
import { type FirebaseIntegration, toFirebaseIntegration } from './firebase-integration.ts';
import { type Template, toTemplate } from './template.ts';

const DAY = 86_400_000;

export type User = ReturnType<typeof toUser>;
export type Organization = ReturnType<typeof toOrganization>;
export type Membership = ReturnType<typeof toMembership>;
export type Session = ReturnType<typeof toSession>;
/** Clerk's states of a session: https://clerk.com/docs/reference/backend/types/backend-session */
export type SessionStatus = Session['status'];

/** Everything that one instance holds. */
export interface Store {
  users: Map<string, User>;
  organizations: Map<string, Organization>;
  memberships: Membership[];
  sessions: Map<string, Session>;
  templates: Map<string, Template>;
  /** Null where Clerk's Firebase integration is off. */
  firebase: FirebaseIntegration | null;
  /** What a developer should know about the data, in sentences. */
  warnings: string[];
}

/**
 * @param now Milliseconds since the epoch: sessions without dates begin then.
 * @param previous What is being replaced: template keys made for it go on, so that receivers need no new ones.
 */
export function buildStore(data: ParsedData, now: number, previous?: Store): Store {
  const warnings: string[] = [];
  const banned = new Set(data.users.filter((user) => user.banned).map((user) => user.id));
  const keySource = { warnings, previous: [...(previous?.templates.values() ?? [])] };
  return {
    users: byId(data.users.map(toUser)),
    organizations: byId(data.organizations.map(toOrganization)),
    memberships: data.organization_memberships.map(toMembership),
    sessions: byId(
      data.sessions.map((session, index) => {
        const made = toSession(session, index, now);
        return banned.has(made.user_id) && isSignedIn(made) ? { ...made, status: 'revoked' } : made;
      }),
    ),
    templates: byId(data.jwt_templates.map((template, index) => toTemplate(template, index, keySource))),
    firebase: toFirebaseIntegration(data.firebase_integration, previous?.firebase),
    warnings,
  };
}

/** The membership of a user in an organization, if there is one. */
export function findMembership(store: Store, userId: string, organizationId: string | null) {
  return store.memberships.find(
    (membership) => membership.user_id === userId && membership.organization_id === organizationId,
  );
}

/** The user of a membership. */
export function memberOf(store: Store, membership: Membership): User {
  const user = store.users.get(membership.user_id);
  if (!user) throw new Error(`The membership "${membership.id}" has lost its user.`);
  return user;
}

/** Whether a session is not over, unless its dates say so. */
export function isSignedIn({ status }: Pick<Session, 'status'>): boolean {
  return status === 'active' || status === 'pending';
}

/** The status as it is now: sessions run out by themselves, and those of a banned user are revoked. */
export function statusOf(store: Store, session: Session, now: number): SessionStatus {
  if (!isSignedIn(session)) return session.status;
  if (store.users.get(session.user_id)?.banned) return 'revoked';
  if (now >= session.expire_at) return 'expired';
  if (now >= session.abandon_at) return 'abandoned';
  return session.status;
}

export function toSession(session: ParsedData['sessions'][number], index: number, now: number) {
  const created = session.created_at ?? creationTime(index);
  return {
    ...session,
    client_id: session.client_id ?? session.id.replace(/^(sess_)?/, 'client_'),
    created_at: created,
    updated_at: session.updated_at ?? created,
    last_active_at: session.last_active_at ?? now,
    // Clerk's default: sessions live for seven days.
    expire_at: session.expire_at ?? now + 7 * DAY,
    abandon_at: session.abandon_at ?? now + 30 * DAY,
    /** When the ages of the factors were true. */
    factors_at: now,
  };
}

function toUser(user: ParsedData['users'][number], index: number) {
  const { name, email_address, ...rest } = user;
  const [firstWord = null, ...otherWords] = name?.trim().split(/\s+/) ?? [];
  const suffix = user.id.replace(/^user_/, '');
  const emails =
    email_address === undefined
      ? user.email_addresses
      : [{ id: undefined, email_address, verification: { status: 'verified' } }, ...user.email_addresses];
  const email_addresses = emails.map((email, at) => ({
    ...email,
    id: email.id ?? `idn_${suffix}_email_${at + 1}`,
  }));
  const phone_numbers = user.phone_numbers.map((phone, at) => ({
    ...phone,
    id: phone.id ?? `idn_${suffix}_phone_${at + 1}`,
  }));
  const created = user.created_at ?? creationTime(index);
  return {
    ...rest,
    first_name: user.first_name ?? firstWord,
    last_name: user.last_name ?? (otherWords.join(' ') || null),
    email_addresses,
    phone_numbers,
    primary_email_address_id: primaryOf(user.primary_email_address_id, email_addresses),
    primary_phone_number_id: primaryOf(user.primary_phone_number_id, phone_numbers),
    created_at: created,
    updated_at: user.updated_at ?? created,
  };
}

// Null is a statement, too: Clerk's API shows it for a user without a primary one.
function primaryOf(id: string | null | undefined, all: { id: string }[]): string | null {
  return id === undefined ? (all[0]?.id ?? null) : id;
}

function toOrganization(organization: ParsedData['organizations'][number], index: number) {
  const created = organization.created_at ?? creationTime(index);
  return {
    ...organization,
    name: organization.name ?? organization.id,
    slug: slugOf(organization),
    created_at: created,
    updated_at: organization.updated_at ?? created,
  };
}

function toMembership(membership: ParsedData['organization_memberships'][number], index: number) {
  const { userId, organizationId } = membershipEnds(membership);
  const created = membership.created_at ?? creationTime(index);
  return {
    id: membership.id ?? `orgmem_${userId.replace(/^user_/, '')}_${organizationId.replace(/^org_/, '')}`,
    user_id: userId,
    organization_id: organizationId,
    role: membership.role,
    permissions: membership.permissions ?? [],
    public_metadata: membership.public_metadata,
    private_metadata: membership.private_metadata,
    created_at: created,
    updated_at: membership.updated_at ?? created,
  };
}

function byId<T extends { id: string }>(things: T[]): Map<string, T> {
  return new Map(things.map((thing) => [thing.id, thing]));
}
