import { z } from 'zod';
import type { User } from '../store.ts';
import { matchesSigned } from './list.ts';
import { repeated } from './read-request.ts';

const text = z.string().optional();

/** Milliseconds since the epoch. */
const moment = z.coerce.number().optional();

/** What users, and the members of an organization, can be asked for by. */
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
  last_active_at_before: moment,
  last_active_at_after: moment,
  created_at_before: moment,
  created_at_after: moment,
});

/** Whether a user is among those that a query asks for. Nobody here has a web3 wallet. */
export function matchesUser(user: User, query: z.output<typeof userFilters>): boolean {
  const emails = user.email_addresses.map((email) => email.email_address);
  const phones = user.phone_numbers.map((phone) => phone.phone_number);
  const name = [user.first_name, user.last_name].filter(Boolean).join(' ');
  return (
    matchesSigned(query.user_id, (id) => id === user.id) &&
    matchesOne(query.email_address, emails) &&
    matchesOne(query.phone_number, phones) &&
    matchesOne(query.username, [user.username]) &&
    matchesOne(query.web3_wallet, []) &&
    contains(query.query, [user.id, user.username, name, ...emails, ...phones]) &&
    contains(query.email_address_query, emails) &&
    contains(query.phone_number_query, phones) &&
    contains(query.username_query, [user.username]) &&
    contains(query.name_query, [name]) &&
    isWithin(user.last_active_at, query.last_active_at_after, query.last_active_at_before) &&
    isWithin(user.created_at, query.created_at_after, query.created_at_before)
  );
}

/** Whether a moment lies between two others; one that never was lies nowhere. */
export function isWithin(at: number | null, after: number | undefined, before: number | undefined): boolean {
  if (after === undefined && before === undefined) return true;
  return at !== null && (after === undefined || at > after) && (before === undefined || at < before);
}

/** The value that a list of users, or of members, is put in order by. */
export function userSortValue(user: User, field: string): unknown {
  if (field === 'email_address') return user.email_addresses[0]?.email_address;
  if (field === 'phone_number') return user.phone_numbers[0]?.phone_number;
  return user[field as keyof User];
}

function matchesOne(wanted: string[] | undefined, values: (string | null)[]) {
  return !wanted || wanted.length === 0 || wanted.some((value) => values.includes(value));
}

function contains(part: string | undefined, values: (string | null)[]) {
  return part === undefined || values.some((value) => value?.toLowerCase().includes(part.toLowerCase()));
}
