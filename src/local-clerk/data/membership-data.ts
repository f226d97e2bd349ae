import type { MetadataInput } from './metadata-input.ts';

/** The membership of a user in an organization: with `user_id` and `organization_id`, or in Clerk's shape with nested objects. */
export interface MembershipData {
  /** @default derived from the two ids */
  id?: string | undefined;
  /** The id of a user in the data. */
  user_id?: string | undefined;
  /** The id of an organization in the data. */
  organization_id?: string | undefined;
  /** The place of `user_id` in Clerk's shape. */
  public_user_data?: { user_id: string } | undefined;
  /** The place of `organization_id` in Clerk's shape. */
  organization?: { id: string } | undefined;
  /** A role such as `org:admin`; the prefix `org:` is optional. @default 'org:member' */
  role?: string | undefined;
  /** Custom permissions such as `org:invoices:read`; the prefix `org:` is optional. @default [] */
  permissions?: string[] | null | undefined;
  /** Readable by frontends, written by backends; `{{org_membership.public_metadata}}` in templates. @default {} */
  public_metadata?: MetadataInput | undefined;
  /** Readable and written by backends only. @default {} */
  private_metadata?: MetadataInput | undefined;
  /** Milliseconds since the epoch. @default a fixed time, one second later for each entry */
  created_at?: number | undefined;
  /** Milliseconds since the epoch. @default created_at */
  updated_at?: number | undefined;
}
