import { z } from 'zod';
import { userNotFound } from '../errors/error-catalog.ts';
import { serializeMembership } from '../serializers/membership.ts';
import { serializeUser } from '../serializers/user.ts';
import { banUser, unbanUser } from '../store/ban-user.ts';
import { findMembership } from '../store/lookups.ts';
import type { Store } from '../store/store.ts';
import type { User } from '../store/user.ts';
import { type Handler, pathParameter } from './handler.ts';
import { newestFirst, orderBy, pageOf, passesSignedFilter } from './list.ts';
import { flag, page, readQuery, repeated } from './read-request.ts';
import { isWithin, matchesUser, userFilters, userSortValue } from './user-filters.ts';

const orders =
  /^[+-]?(created_at|updated_at|email_address|first_name|last_name|phone_number|username|web3wallet|last_active_at|last_sign_in_at)$/;

// Strict: an unsupported filter is refused, because ignoring it would return other users.
const filters = userFilters.extend({
  external_id: repeated,
  organization_id: repeated,
  banned: flag,
  last_active_at_since: z.coerce.number().optional(),
  last_sign_in_at_before: z.coerce.number().optional(),
  last_sign_in_at_after: z.coerce.number().optional(),
});

// The SDK also sends limit and offset, which have no effect here.
const countQuery = filters.extend({ limit: z.string().optional(), offset: z.string().optional() });

const listQuery = filters.extend({ ...page, order_by: z.string().regex(orders).default('-created_at') });

const membershipsQuery = z.strictObject(page);

/** `GET /v1/users`: a plain list. */
export const listUsers: Handler = (c, { store }) => {
  const query = readQuery(c, listQuery);
  const found = newestFirst(store.users.values()).filter((user) => matches(store, user, query));
  const ordered = query.order_by === '-created_at' ? found : orderBy(found, query.order_by, userSortValue);
  return c.json(pageOf(ordered, query).map(serializeUser));
};

/** `GET /v1/users/count`: the number of users that match, on all pages. */
export const countUsers: Handler = (c, { store }) => {
  const query = readQuery(c, countQuery);
  const found = [...store.users.values()].filter((user) => matches(store, user, query));
  return c.json({ object: 'total_count', total_count: found.length });
};

/** `GET /v1/users/{user_id}`. */
export const getUser: Handler = (c, { store }) =>
  c.json(serializeUser(findUser(store, pathParameter(c, 'user_id'))));

/** `POST /v1/users/{user_id}/ban`: bans the user and revokes all sessions of the user. */
export const postBan: Handler = (c, { store, clock }) => {
  const user = findUser(store, pathParameter(c, 'user_id'));
  banUser(store, user, clock.now());
  return c.json(serializeUser(user));
};

/** `POST /v1/users/{user_id}/unban`: revoked sessions stay revoked. */
export const postUnban: Handler = (c, { store, clock }) => {
  const user = findUser(store, pathParameter(c, 'user_id'));
  unbanUser(user, clock.now());
  return c.json(serializeUser(user));
};

/** `GET /v1/users/{user_id}/organization_memberships`. */
export const listUserMemberships: Handler = (c, { store }) => {
  const query = readQuery(c, membershipsQuery);
  const user = findUser(store, pathParameter(c, 'user_id'));
  const found = newestFirst(store.memberships).filter((membership) => membership.user_id === user.id);
  const data = pageOf(found, query).map((membership) => serializeMembership(store, membership));
  return c.json({ data, total_count: found.length });
};

function findUser(store: Store, id: string): User {
  const user = store.users.get(id);
  if (!user) throw userNotFound(id);
  return user;
}

function matches(store: Store, user: User, query: z.output<typeof filters>): boolean {
  const isMember = (organizationId: string) => findMembership(store, user.id, organizationId) !== undefined;
  const { last_active_at_since: since, last_sign_in_at_after: after, last_sign_in_at_before: before } = query;
  return (
    matchesUser(user, query) &&
    passesSignedFilter(query.external_id, (id) => id === user.external_id) &&
    passesSignedFilter(query.organization_id, isMember) &&
    (query.banned === undefined || user.banned === query.banned) &&
    (since === undefined || (user.last_active_at !== null && user.last_active_at >= since)) &&
    isWithin(user.last_sign_in_at, after, before)
  );
}
