/** A JSON object. */
type JsonObject = Readonly<Record<string, unknown>>;

/** The JSON types of the values of shortcodes. */
interface ValueTypes {
  string: string;
  number: number;
  boolean: boolean;
  strings: readonly string[];
  metadata: JsonObject;
  actor: { sub: string } & JsonObject;
  unknown: unknown;
}

/** A global interface in which Clerk's SDKs let an application declare its metadata. */
export type MetadataInterface =
  | 'UserPublicMetadata'
  | 'UserUnsafeMetadata'
  | 'OrganizationPublicMetadata'
  | 'OrganizationMembershipPublicMetadata';

/** A shortcode, as templates use it: `{{user.id}}`. */
export type Shortcode =
  | {
      readonly type: Exclude<keyof ValueTypes, 'metadata'>;
      /** When its value is `null`. @default never */
      readonly nullWhen?: string;
    }
  | { readonly type: 'metadata'; readonly nullWhen?: string; readonly declaredAs: MetadataInterface };

const userHasNone = 'the user has none';
const noOrganization = 'the session has no active organization';

/**
 * The shortcodes of Clerk's JWT templates, by their paths. Below metadata, a path such as `user.public_metadata.locale` continues.
 * Times are whole seconds as in the example of Clerk's page, not milliseconds as in its API.
 * Source: https://clerk.com/docs/guides/sessions/jwt-templates#shortcodes
 */
export const shortcodes = {
  'user.id': { type: 'string' },
  'user.first_name': { type: 'string', nullWhen: userHasNone },
  'user.last_name': { type: 'string', nullWhen: userHasNone },
  'user.full_name': { type: 'string', nullWhen: 'the user has neither a first nor a last name' },
  'user.username': { type: 'string', nullWhen: userHasNone },
  'user.external_id': { type: 'string', nullWhen: userHasNone },
  'user.created_at': { type: 'number' },
  'user.updated_at': { type: 'number' },
  'user.primary_email_address': { type: 'string', nullWhen: userHasNone },
  'user.primary_phone_number': { type: 'string', nullWhen: userHasNone },
  'user.email_verified': { type: 'boolean' },
  'user.phone_number_verified': { type: 'boolean' },
  'user.image_url': { type: 'string' },
  'user.two_factor_enabled': { type: 'boolean' },
  'user.public_metadata': { type: 'metadata', declaredAs: 'UserPublicMetadata' },
  'user.unsafe_metadata': { type: 'metadata', declaredAs: 'UserUnsafeMetadata' },
  // Documented on other pages of Clerk, without its form. The local Clerk has no value for it.
  'user.organizations': { type: 'unknown' },
  'org.id': { type: 'string', nullWhen: noOrganization },
  'org.name': { type: 'string', nullWhen: noOrganization },
  'org.slug': { type: 'string', nullWhen: noOrganization },
  'org.role': { type: 'string', nullWhen: noOrganization },
  'org.public_metadata': {
    type: 'metadata',
    declaredAs: 'OrganizationPublicMetadata',
    nullWhen: noOrganization,
  },
  'org_membership.public_metadata': {
    type: 'metadata',
    declaredAs: 'OrganizationMembershipPublicMetadata',
    nullWhen: noOrganization,
  },
  'org_membership.permissions': { type: 'strings', nullWhen: noOrganization },
  'session.actor': { type: 'actor', nullWhen: 'the session is not impersonated' },
} as const satisfies Readonly<Record<string, Shortcode>>;

/** The path of a shortcode, without a path below metadata. */
export type ShortcodePath = keyof typeof shortcodes;

type Entry<Path extends ShortcodePath> = (typeof shortcodes)[Path];

/** The values of all shortcodes for one session. */
export type ShortcodeValues = {
  readonly [Path in ShortcodePath]:
    | ValueTypes[Entry<Path>['type']]
    | (Entry<Path> extends { nullWhen: string } ? null : never);
};

/** A shortcode, and the path below it. */
export interface FoundShortcode {
  shortcode: ShortcodePath;
  /** The keys that lead to a value in metadata; empty for the value of the shortcode itself. */
  keys: readonly string[];
}

/** Finds the shortcode of a path such as `user.public_metadata.locale`. Returns `undefined` for an unknown path. */
export function findShortcode(path: string): FoundShortcode | undefined {
  if (isShortcode(path)) return { shortcode: path, keys: [] };
  const [scope, field, ...keys] = path.split('.');
  const container = `${scope}.${field}`;
  if (keys.length === 0 || !isShortcode(container)) return undefined;
  return shortcodes[container].type === 'metadata' ? { shortcode: container, keys } : undefined;
}

// Own properties only, so that no path leads into a prototype.
function isShortcode(path: string): path is ShortcodePath {
  return Object.hasOwn(shortcodes, path);
}
