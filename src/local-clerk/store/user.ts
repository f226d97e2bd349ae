import { creationTime } from '../data/fields.ts';
import type { ParsedData } from '../data/parsed-data.ts';

type UserEntry = ParsedData['users'][number];

/** A user. */
export type User = ReturnType<typeof toUser>;

/** Completes a user of the data. @param index - the position in the data, which orders users without dates */
export function toUser(user: UserEntry, index: number) {
  const { name, email_address: _shortForm, ...rest } = user;
  const [firstWord = null, ...otherWords] = name?.trim().split(/\s+/) ?? [];
  const email_addresses = withIds(emailsOf(user), user.id, 'email');
  const phone_numbers = withIds(user.phone_numbers, user.id, 'phone');
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

function emailsOf({ email_address, email_addresses }: UserEntry): UserEntry['email_addresses'] {
  if (email_address === undefined) return email_addresses;
  return [{ email_address, verification: { status: 'verified' } }, ...email_addresses];
}

function withIds<T extends { id?: string | undefined }>(contacts: T[], userId: string, kind: string) {
  const suffix = userId.replace(/^user_/, '');
  return contacts.map((contact, index) => ({
    ...contact,
    id: contact.id ?? `idn_${suffix}_${kind}_${index + 1}`,
  }));
}

// Null means no primary contact, as in Clerk's API.
function primaryOf(id: string | null | undefined, contacts: { id: string }[]): string | null {
  return id === undefined ? (contacts[0]?.id ?? null) : id;
}
