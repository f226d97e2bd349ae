import { z } from 'zod';
import type { User } from '../store/user.ts';
import { passesSignedFilter } from './list.ts';
import { repeated } from './read-request.ts';

const text = z.string().optional();

/** Milliseconds since the epoch. */
const timestamp = z.coerce.number().optional();

/** The filters of users and of the members of an organization. */
export const userFilters = z.strictObject({
  user_id: repeated,
  email_address: repeated,
  phone_number: repeated,
  username: repeated,
  web3_wallet: repeated,
  query: text,
  email_address_query: text,
  phone_number_query: text,
  username_query: text,
  name_query: text,
  last_active_at_before: timestamp,
  last_active_at_after: timestamp,
  created_at_before: timestamp,
  created_at_after: timestamp,
});

/** Returns whether a user passes the filters of a query. No user of the local Clerk has a web3 wallet. */
export function matchesUser(user: User, query: z.output<typeof userFilters>): boolean {
  const emails = user.email_addresses.map((email) => email.email_address);
  const phones = user.phone_numbers.map((phone) => phone.phone_number);
  const name = [user.first_name, user.last_name].filter(Boolean).join(' ');
  return (
    passesSignedFilter(query.user_id, (id) => id === user.id) &&
    matchesAny(query.email_address, emails) &&
    matchesAny(query.phone_number, phones) &&
    matchesAny(query.username, [user.username]) &&
    matchesAny(query.web3_wallet, []) &&
    contains(query.query, [user.id, user.username, name, ...emails, ...phones]) &&
    contains(query.email_address_query, emails) &&
    contains(query.phone_number_query, phones) &&
    contains(query.username_query, [user.username]) &&
    contains(query.name_query, [name]) &&
    isWithin(user.last_active_at, query.last_active_at_after, query.last_active_at_before) &&
    isWithin(user.created_at, query.created_at_after, query.created_at_before)
  );
}

/** Returns whether a time is between two others, both exclusive. It is false for `null`, which means never. */
export function isWithin(
  time: number | null,
  after: number | undefined,
  before: number | undefined,
): boolean {
  if (after === undefined && before === undefined) return true;
  return time !== null && (after === undefined || time > after) && (before === undefined || time < before);
}

/** Returns the value of a user by which lists of users and members are sorted. */
export function userSortValue(user: User, field: string): unknown {
  if (field === 'email_address') return user.email_addresses[0]?.email_address;
  if (field === 'phone_number') return user.phone_numbers[0]?.phone_number;
  return user[field as keyof User];
}

function matchesAny(wanted: string[] | undefined, values: (string | null)[]) {
  return !wanted || wanted.length === 0 || wanted.some((value) => values.includes(value));
}

function contains(part: string | undefined, values: (string | null)[]) {
  return part === undefined || values.some((value) => value?.toLowerCase().includes(part.toLowerCase()));
}
