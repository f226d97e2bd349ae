import type { MetadataInput } from './metadata-input.ts';

/** The verification of a contact. */
interface VerificationData {
  /** The result of the verification. @default 'verified' */
  status?: 'unverified' | 'verified' | 'failed' | 'expired' | undefined;
}

/** An e-mail address. */
interface EmailAddressData {
  /** @default derived from the id of the user */
  id?: string | undefined;
  email_address: string;
  /** `null` for an address without a verification. @default { status: 'verified' } */
  verification?: VerificationData | null | undefined;
}

/** A phone number. */
interface PhoneNumberData {
  /** @default derived from the id of the user */
  id?: string | undefined;
  phone_number: string;
  /** `null` for a number without a verification. @default { status: 'verified' } */
  verification?: VerificationData | null | undefined;
}

/** A user. Only `id` is required. */
export interface UserData {
  /** 1 to 100 letters, digits, `_` or `-`. */
  id: string;
  /** The full name, from which absent `first_name` and `last_name` are taken. An addition to Clerk's shape. */
  name?: string | undefined;
  /** The first name. @default the first word of `name`, or null */
  first_name?: string | null | undefined;
  /** The last name. @default the other words of `name`, or null */
  last_name?: string | null | undefined;
  /** The username. @default null */
  username?: string | null | undefined;
  /** The id of the user in another system. @default null */
  external_id?: string | null | undefined;
  /** Adds one verified address in front of `email_addresses`. An addition to Clerk's shape. */
  email_address?: string | undefined;
  /** E-mail addresses; plain text is a verified address. @default [] */
  email_addresses?: (string | EmailAddressData)[] | undefined;
  /** The id of an e-mail address; `null` for none. @default the first address */
  primary_email_address_id?: string | null | undefined;
  /** Phone numbers; plain text is a verified number. @default [] */
  phone_numbers?: (string | PhoneNumberData)[] | undefined;
  /** The id of a phone number; `null` for none. @default the first number */
  primary_phone_number_id?: string | null | undefined;
  /** The address of the image; empty for none. @default '' */
  image_url?: string | undefined;
  /** Whether two-factor authentication is on. @default false */
  two_factor_enabled?: boolean | undefined;
  /** Readable by frontends, written by backends; `{{user.public_metadata}}` in templates. @default {} */
  public_metadata?: MetadataInput | undefined;
  /** Readable and written by backends only. @default {} */
  private_metadata?: MetadataInput | undefined;
  /** Readable and written by frontends; `{{user.unsafe_metadata}}` in templates. @default {} */
  unsafe_metadata?: MetadataInput | undefined;
  /** Whether the user is banned, which revokes all sessions of the user. @default false */
  banned?: boolean | undefined;
  /** Whether the user is locked; shown by the API only. @default false */
  locked?: boolean | undefined;
  /** Milliseconds since the epoch. @default a fixed time, one second later for each entry */
  created_at?: number | undefined;
  /** Milliseconds since the epoch. @default created_at */
  updated_at?: number | undefined;
  /** Milliseconds since the epoch. @default null */
  last_sign_in_at?: number | null | undefined;
  /** Milliseconds since the epoch. @default null */
  last_active_at?: number | null | undefined;
  /** Slugs of plans: `u:` entries of `pla` in session tokens. An addition to Clerk's shape. @default ['free_user'] */
  plans?: string[] | undefined;
  /** Slugs of features: `u:` entries of `fea` in session tokens. An addition to Clerk's shape. @default [] */
  features?: string[] | undefined;
}
