import { isPlainObject } from '../../json/is-plain-object.ts';
import { findShortcode, type ShortcodeValues } from '../../jwt-templates/shortcodes.ts';
import type { TokenSubject } from './token-subject.ts';

/** Returns the value of a shortcode by its path, such as `user.public_metadata.locale`; `null` for an unknown path. */
export type ShortcodeLookup = (path: string) => unknown;

/** Returns the values of all shortcodes for a subject. */
export function shortcodeValues({ session, user, active }: TokenSubject): ShortcodeLookup {
  const email = user.email_addresses.find((entry) => entry.id === user.primary_email_address_id);
  const phone = user.phone_numbers.find((entry) => entry.id === user.primary_phone_number_id);
  const values: ShortcodeValues = {
    'user.id': user.id,
    'user.first_name': user.first_name,
    'user.last_name': user.last_name,
    'user.full_name': [user.first_name, user.last_name].filter(Boolean).join(' ') || null,
    'user.username': user.username,
    'user.external_id': user.external_id,
    'user.created_at': Math.floor(user.created_at / 1000),
    'user.updated_at': Math.floor(user.updated_at / 1000),
    'user.primary_email_address': email?.email_address ?? null,
    'user.primary_phone_number': phone?.phone_number ?? null,
    'user.email_verified': email?.verification?.status === 'verified',
    'user.phone_number_verified': phone?.verification?.status === 'verified',
    'user.image_url': user.image_url,
    'user.two_factor_enabled': user.two_factor_enabled,
    'user.public_metadata': user.public_metadata,
    'user.unsafe_metadata': user.unsafe_metadata,
    'user.organizations': null,
    'org.id': active?.organization.id ?? null,
    'org.name': active?.organization.name ?? null,
    'org.slug': active?.organization.slug ?? null,
    'org.role': active?.membership.role ?? null,
    'org.public_metadata': active?.organization.public_metadata ?? null,
    'org_membership.public_metadata': active?.membership.public_metadata ?? null,
    'org_membership.permissions': active?.membership.permissions ?? null,
    'session.actor': session.actor,
  };
  return (path) => {
    const found = findShortcode(path);
    if (found === undefined) return null;
    return found.keys.reduce<unknown>(ownProperty, values[found.shortcode]) ?? null;
  };
}

/** Reads own properties only, so that no path leads into a prototype. */
function ownProperty(value: unknown, key: string): unknown {
  return isPlainObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
