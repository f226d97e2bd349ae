import type { SESSION_STATUSES } from './session-schema.ts';

/** Metadata of any shape; null counts as none. */
type Metadata = Record<string, unknown> | null;

/** The end of a verification. @default 'verified' */
interface Verification {
  status?: 'unverified' | 'verified' | 'failed' | 'expired' | undefined;
}

/** A user. An id is enough. */
export interface UserData {
  /** 1 to 100 letters, digits, `_` or `-`. */
  id: string;
  /** Split into first and last name where those are absent. An addition to Clerk's shape. */
  name?: string | undefined;
  /** @default the first word of `name`, or null */
  first_name?: string | null | undefined;
  /** @default the other words of `name`, or null */
  last_name?: string | null | undefined;
  /** @default null */
  username?: string | null | undefined;
  /** The user's id in a system of yours. @default null */
  external_id?: string | null | undefined;
  /** Short for one verified entry in `email_addresses`. An addition to Clerk's shape. */
  email_address?: string | undefined;
  /** Plain addresses are verified ones. @default [] */
  email_addresses?:
    | (
        | string
        | { id?: string | undefined; email_address: string; verification?: Verification | null | undefined }
      )[]
    | undefined;
  /** @default the first of the addresses; null for none */
  primary_email_address_id?: string | null | undefined;
  /** Plain numbers are verified ones. @default [] */
  phone_numbers?:
    | (
        | string
        | { id?: string | undefined; phone_number: string; verification?: Verification | null | undefined }
      )[]
    | undefined;
  /** @default the first of the numbers; null for none */
  primary_phone_number_id?: string | null | undefined;
  /** @default '' */
  image_url?: string | undefined;
  /** @default false */
  two_factor_enabled?: boolean | undefined;
  /** Seen by everybody, written by backends; in templates as `{{user.public_metadata}}`. @default {} */
  public_metadata?: Metadata | undefined;
  /** Seen and written by backends. @default {} */
  private_metadata?: Metadata | undefined;
  /** Seen and written by frontends, too; in templates as `{{user.unsafe_metadata}}`. @default {} */
  unsafe_metadata?: Metadata | undefined;
  /** A banned user's sessions are revoked. @default false */
  banned?: boolean | undefined;
  /** @default false */
  locked?: boolean | undefined;
  /** Milliseconds since the epoch. @default a fixed moment, later for each entry */
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

/** An organization. An id is enough. */
export interface OrganizationData {
  /** 1 to 100 letters, digits, `_` or `-`. */
  id: string;
  /** @default id */
  name?: string | undefined;
  /** Unique. @default made of the id */
  slug?: string | null | undefined;
  /** @default '' */
  image_url?: string | undefined;
  /** @default 5 */
  max_allowed_memberships?: number | undefined;
  /** @default true */
  admin_delete_enabled?: boolean | undefined;
  /** In templates as `{{org.public_metadata}}`. @default {} */
  public_metadata?: Metadata | undefined;
  /** Seen by backends only. @default {} */
  private_metadata?: Metadata | undefined;
  /** The id of a user. @default left out */
  created_by?: string | undefined;
  /** Milliseconds since the epoch. @default a fixed moment, later for each entry */
  created_at?: number | undefined;
  /** Milliseconds since the epoch. @default created_at */
  updated_at?: number | undefined;
  /** Slugs of plans: `o:` entries of `pla` in session tokens. An addition to Clerk's shape. @default ['free_org'] */
  plans?: string[] | undefined;
  /** Slugs of features: `o:` entries of `fea` in session tokens. An addition to Clerk's shape. @default [] */
  features?: string[] | undefined;
}

/** Who belongs to which organization: by `user_id` and `organization_id`, or in Clerk's own shape with nested objects. */
export interface MembershipData {
  /** @default made of the two ids */
  id?: string | undefined;
  /** The id of a user in the data. */
  user_id?: string | undefined;
  /** The id of an organization in the data. */
  organization_id?: string | undefined;
  /** Where `user_id` stands in Clerk's own shape. */
  public_user_data?: { user_id: string } | undefined;
  /** Where `organization_id` stands in Clerk's own shape. */
  organization?: { id: string } | undefined;
  /** `org:` in front may be left out. @default 'org:member' */
  role?: string | undefined;
  /** Custom permissions such as `org:invoices:read`; `org:` in front may be left out. @default [] */
  permissions?: string[] | null | undefined;
  /** In templates as `{{org_membership.public_metadata}}`. @default {} */
  public_metadata?: Metadata | undefined;
  /** Seen by backends only. @default {} */
  private_metadata?: Metadata | undefined;
  /** Milliseconds since the epoch. @default a fixed moment, later for each entry */
  created_at?: number | undefined;
  /** Milliseconds since the epoch. @default created_at */
  updated_at?: number | undefined;
}

/** A session. An id and a user are enough. */
export interface SessionData {
  /** 1 to 100 letters, digits, `_` or `-`. */
  id: string;
  /** The id of a user in the data. */
  user_id: string;
  /** @default made of the id */
  client_id?: string | undefined;
  /** @default 'active' */
  status?: (typeof SESSION_STATUSES)[number] | undefined;
  /** Who really acts, for an impersonated session (RFC 8693, section 4.1). @default null */
  actor?: ({ sub: string } & Record<string, unknown>) | null | undefined;
  /** The active organization, of which the user must be a member. @default null */
  last_active_organization_id?: string | null | undefined;
  /** Milliseconds since the epoch. @default a fixed moment, later for each entry */
  created_at?: number | undefined;
  /** Milliseconds since the epoch. @default created_at */
  updated_at?: number | undefined;
  /** Milliseconds since the epoch. @default when the data are loaded */
  last_active_at?: number | undefined;
  /** Milliseconds since the epoch. @default 7 days after the data are loaded */
  expire_at?: number | undefined;
  /** Milliseconds since the epoch. @default 30 days after the data are loaded */
  abandon_at?: number | undefined;
  /**
   * Minutes since the first and the second factor were verified, when the data are loaded; -1 for never. It grows with
   * the clock, and is `fva` in session tokens. An addition to Clerk's shape.
   * @default [0, -1]
   */
  factor_verification_age?: [number, number] | undefined;
  /** What the session is good for, shown on the start page. An addition to Clerk's shape. @default '' */
  label?: string | undefined;
}

/** A JWT template. A name is enough. */
export interface TemplateData {
  /** @default made of the name */
  id?: string | undefined;
  /** Unique. */
  name: string;
  /** The claims, with shortcodes; no reserved ones. @default {} */
  claims?: Record<string, unknown> | undefined;
  /** Seconds, 30 to 315,360,000. @default 60 */
  lifetime?: number | undefined;
  /** Seconds, 0 to 300: how long before its `iat` a token holds. @default 5 */
  allowed_clock_skew?: number | undefined;
  /** Whether the template signs with a key of its own. @default whether `signing_key` is there */
  custom_signing_key?: boolean | undefined;
  /** HS, RS or ES with 256, 384 or 512, for a key of its own. @default 'RS256' */
  signing_algorithm?: string | undefined;
  /** The secret for HS..., a private key in PEM for the others. @default one is made, with a warning */
  signing_key?: string | null | undefined;
  /** Milliseconds since the epoch. @default a fixed moment, later for each entry */
  created_at?: number | undefined;
  /** Milliseconds since the epoch. @default created_at */
  updated_at?: number | undefined;
}

/**
 * Clerk's Firebase integration, by the service account of the Firebase project: its key file, as Google gives it, works as it is.
 * It is no JWT template, so the API for JWT templates neither lists nor makes it.
 */
export interface FirebaseIntegrationData {
  /** The e-mail address of the service account: `iss` and `sub` of the tokens. */
  client_email: string;
  /** The private key of the service account: RSA, in PEM. @default one is made, which Firebase does not know */
  private_key?: string | undefined;
}

/**
 * What the local Clerk knows, in shapes close to those of Clerk's Backend API with nearly everything optional: the entries
 * of Clerk's own lists work as they are. Fields that the local Clerk does not know are ignored.
 */
export interface LocalClerkData {
  /** Who can be signed in. @default [] */
  users?: UserData[] | undefined;
  /** What users can be members of. @default [] */
  organizations?: OrganizationData[] | undefined;
  /** Who is a member of what, and as what. @default [] */
  organization_memberships?: MembershipData[] | undefined;
  /** What session tokens are given for. @default [] */
  sessions?: SessionData[] | undefined;
  /** What template tokens are minted from. @default [] */
  jwt_templates?: TemplateData[] | undefined;
  /** What tokens of the template `integration_firebase` are minted by. @default null (the integration is off) */
  firebase_integration?: FirebaseIntegrationData | null | undefined;
}
