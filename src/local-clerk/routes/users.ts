import { z } from 'zod';
import { userNotFound } from '../api-error.ts';
import { presentMembership } from '../serializers/organization.ts';
import { presentUser } from '../serializers/user.ts';
import { banUser, unbanUser } from '../session-edits.ts';
import { findMembership, type Store, type User } from '../store.ts';
import { type Handler, pathParameter } from './handler.ts';
import { matchesSigned, newestFirst, orderBy, slice } from './list.ts';
import { flag, page, readQuery, repeated } from './read-request.ts';
import { isWithin, matchesUser, userFilters, userSortValue } from './user-filters.ts';

const ORDERS =
  /^[+-]?(created_at|updated_at|email_address|first_name|last_name|phone_number|username|web3wallet|last_active_at|last_sign_in_at)$/;

// Strict: a filter that Clerk has and this does not is refused rather than ignored.
const filters = userFilters.extend({
  external_id: repeated,
  organization_id: repeated,
  banned: flag,
  last_active_at_since: z.coerce.number().optional(),
  last_sign_in_at_before: z.coerce.number().optional(),
  last_sign_in_at_after: z.coerce.number().optional(),
});

// Only pages are cut: the SDK sends the count the same filters.
const countQuery = filters.extend({ limit: z.string().optional(), offset: z.string().optional() });

const listQuery = filters.extend({ ...page, order_by: z.string().regex(ORDERS).default('-created_at') });

const membershipsQuery = z.strictObject(page);

export const listUsers: Handler = (c, { store }) => {
  const query = readQuery(c, listQuery);
  const found = newestFirst(store.users.values()).filter((user) => matches(store, user, query));
  const ordered = query.order_by === '-created_at' ? found : orderBy(found, query.order_by, userSortValue);
  return c.json(slice(ordered, query).map(presentUser));
};

export const countUsers: Handler = (c, { store }) => {
  const query = readQuery(c, countQuery);
  const found = [...store.users.values()].filter((user) => matches(store, user, query));
  return c.json({ object: 'total_count', total_count: found.length });
};

export const getUser: Handler = (c, { store }) =>
  c.json(presentUser(findUser(store, pathParameter(c, 'user_id'))));

export const postBan: Handler = (c, { store, clock }) => {
  const user = findUser(store, pathParameter(c, 'user_id'));
  banUser(store, user, clock.now());
  return c.json(presentUser(user));
};

export const postUnban: Handler = (c, { store, clock }) => {
  const user = findUser(store, pathParameter(c, 'user_id'));
  unbanUser(user, clock.now());
  return c.json(presentUser(user));
};

export const listUserMemberships: Handler = (c, { store }) => {
  const query = readQuery(c, membershipsQuery);
  const user = findUser(store, pathParameter(c, 'user_id'));
  const found = newestFirst(store.memberships).filter((membership) => membership.user_id === user.id);
  const data = slice(found, query).map((membership) => presentMembership(store, membership));
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
    matchesSigned(query.external_id, (id) => id === user.external_id) &&
    matchesSigned(query.organization_id, isMember) &&
    (query.banned === undefined || user.banned === query.banned) &&
    (since === undefined || (user.last_active_at !== null && user.last_active_at >= since)) &&
    isWithin(user.last_sign_in_at, after, before)
  );
}
