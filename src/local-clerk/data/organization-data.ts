import type { MetadataInput } from './metadata-input.ts';

/** An organization. Only `id` is required. */
export interface OrganizationData {
  /** 1 to 100 letters, digits, `_` or `-`. */
  id: string;
  /** The display name. @default id */
  name?: string | undefined;
  /** A unique slug. @default derived from the id */
  slug?: string | null | undefined;
  /** The address of the logo; empty for none. @default '' */
  image_url?: string | undefined;
  /** The largest number of members; shown by the API only. @default 5 */
  max_allowed_memberships?: number | undefined;
  /** Whether admins may delete the organization; shown by the API only. @default true */
  admin_delete_enabled?: boolean | undefined;
  /** Readable by frontends, written by backends; `{{org.public_metadata}}` in templates. @default {} */
  public_metadata?: MetadataInput | undefined;
  /** Readable and written by backends only. @default {} */
  private_metadata?: MetadataInput | undefined;
  /** The id of the user who created it. @default absent */
  created_by?: string | undefined;
  /** Milliseconds since the epoch. @default a fixed time, one second later for each entry */
  created_at?: number | undefined;
  /** Milliseconds since the epoch. @default created_at */
  updated_at?: number | undefined;
  /** Slugs of plans: `o:` entries of `pla` in session tokens. An addition to Clerk's shape. @default ['free_org'] */
  plans?: string[] | undefined;
  /** Slugs of features: `o:` entries of `fea` in session tokens. An addition to Clerk's shape. @default [] */
  features?: string[] | undefined;
}
