import { isPlainObject } from '../../json/is-plain-object.ts';
import type { TokenSubject } from './token-subject.ts';

/** Returns the value of a shortcode by its path, such as `user.public_metadata.locale`; `null` for an unknown path. */
export type ShortcodeLookup = (path: string) => unknown;

/**
 * Returns the values of all shortcodes for a subject. Times are whole seconds as in the example of Clerk's page, not
 * milliseconds as in its API.
 * Source: https://clerk.com/docs/guides/sessions/jwt-templates#shortcodes
 */
export function shortcodeValues({ session, user, active }: TokenSubject): ShortcodeLookup {
  const email = user.email_addresses.find((entry) => entry.id === user.primary_email_address_id);
  const phone = user.phone_numbers.find((entry) => entry.id === user.primary_phone_number_id);
  const values = new Map<string, unknown>([
    ['user.id', user.id],
    ['user.first_name', user.first_name],
    ['user.last_name', user.last_name],
    ['user.full_name', [user.first_name, user.last_name].filter(Boolean).join(' ') || null],
    ['user.username', user.username],
    ['user.external_id', user.external_id],
    ['user.created_at', Math.floor(user.created_at / 1000)],
    ['user.updated_at', Math.floor(user.updated_at / 1000)],
    ['user.primary_email_address', email?.email_address],
    ['user.primary_phone_number', phone?.phone_number],
    ['user.email_verified', email?.verification?.status === 'verified'],
    ['user.phone_number_verified', phone?.verification?.status === 'verified'],
    ['user.image_url', user.image_url],
    ['user.two_factor_enabled', user.two_factor_enabled],
    ['user.public_metadata', user.public_metadata],
    ['user.unsafe_metadata', user.unsafe_metadata],
    ['org.id', active?.organization.id],
    ['org.name', active?.organization.name],
    ['org.slug', active?.organization.slug],
    ['org.role', active?.membership.role],
    ['org.public_metadata', active?.organization.public_metadata],
    ['org_membership.public_metadata', active?.membership.public_metadata],
    ['org_membership.permissions', active?.membership.permissions],
    ['session.actor', session.actor],
  ]);
  return (path) => (values.has(path) ? (values.get(path) ?? null) : metadataValue(values, path));
}

function metadataValue(values: Map<string, unknown>, path: string): unknown {
  const [scope, field, ...keys] = path.split('.');
  if (!field?.endsWith('_metadata') || keys.length === 0) return null;
  const value = keys.reduce(ownProperty, values.get(`${scope}.${field}`));
  return value ?? null;
}

/** Reads own properties only, so that no path leads into a prototype. */
function ownProperty(value: unknown, key: string): unknown {
  return isPlainObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
