import { z } from 'zod';
import { userNotFound } from '../clerk-error.ts';
import { presentMembership } from '../present/organization.ts';
import { presentUser } from '../present/user.ts';
import { banUser, unbanUser } from '../session-edits.ts';
import type { Store, User } from '../store.ts';
import { type Handler, pathParameter } from './handler.ts';
import { matchesSigned, newestFirst, orderBy, slice } from './list.ts';
import { flag, page, readQuery, repeated } from './read-request.ts';

const ORDERS =
  /^[+-]?(created_at|updated_at|email_address|first_name|last_name|phone_number|username|last_active_at|last_sign_in_at)$/;

// Strict: a filter that Clerk has and this does not is refused rather than ignored.
const filters = z.strictObject({
  user_id: repeated,
  email_address: repeated,
  phone_number: repeated,
  external_id: repeated,
  username: repeated,
  organization_id: repeated,
  query: z.string().optional(),
  email_address_query: z.string().optional(),
  username_query: z.string().optional(),
  name_query: z.string().optional(),
  banned: flag,
  created_at_before: z.coerce.number().optional(),
  created_at_after: z.coerce.number().optional(),
});

// Only pages are cut: the SDK sends the count the same filters.
const countQuery = filters.extend({ limit: z.string().optional(), offset: z.string().optional() });

const listQuery = filters.extend({ ...page, order_by: z.string().regex(ORDERS).default('-created_at') });

const membershipsQuery = z.strictObject(page);

export const listUsers: Handler = (c, { store }) => {
  const query = readQuery(c, listQuery);
  const found = newestFirst(store.users.values()).filter((user) => matches(store, user, query));
  const ordered = query.order_by === '-created_at' ? found : orderBy(found, query.order_by, sortValue);
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
  const emails = user.email_addresses.map((email) => email.email_address);
  const phones = user.phone_numbers.map((phone) => phone.phone_number);
  const name = [user.first_name, user.last_name].filter(Boolean).join(' ');
  const everything = [user.id, user.username, name, ...emails, ...phones];
  const isMember = (organizationId: string) =>
    store.memberships.some(
      (membership) => membership.user_id === user.id && membership.organization_id === organizationId,
    );
  return (
    matchesSigned(query.user_id, (id) => id === user.id) &&
    matchesSigned(query.external_id, (id) => id === user.external_id) &&
    matchesSigned(query.organization_id, isMember) &&
    matchesOne(query.email_address, emails) &&
    matchesOne(query.phone_number, phones) &&
    matchesOne(query.username, [user.username]) &&
    contains(query.query, everything) &&
    contains(query.email_address_query, emails) &&
    contains(query.username_query, [user.username]) &&
    contains(query.name_query, [name]) &&
    (query.banned === undefined || user.banned === query.banned) &&
    (query.created_at_before === undefined || user.created_at < query.created_at_before) &&
    (query.created_at_after === undefined || user.created_at > query.created_at_after)
  );
}

function matchesOne(wanted: string[] | undefined, values: (string | null)[]) {
  return !wanted || wanted.length === 0 || wanted.some((value) => values.includes(value));
}

function contains(part: string | undefined, values: (string | null)[]) {
  return part === undefined || values.some((value) => value?.toLowerCase().includes(part.toLowerCase()));
}

function sortValue(user: User, field: string): unknown {
  if (field === 'email_address') return user.email_addresses[0]?.email_address;
  if (field === 'phone_number') return user.phone_numbers[0]?.phone_number;
  return user[field as keyof User];
}
