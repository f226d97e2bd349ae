import { z } from 'zod';
import { id, metadata, slugs, timestamp } from './fields.ts';

/** An organization; only the id is required. `plans` and `features` are additions to Clerk's shape. */
export const organizationSchema = z.object({
  id,
  name: z.string().optional(),
  slug: z.string().nullable().optional(),
  image_url: z.string().default(''),
  max_allowed_memberships: z.int().nonnegative().default(5),
  admin_delete_enabled: z.boolean().default(true),
  public_metadata: metadata,
  private_metadata: metadata,
  created_by: z.string().optional(),
  created_at: timestamp.optional(),
  updated_at: timestamp.optional(),
  plans: slugs.default(['free_org']),
  features: slugs.default([]),
});

/** Returns the slug of an organization. Without a slug, it is derived from the id. */
export function slugOf({ id, slug }: { id: string; slug?: string | null | undefined }): string {
  return slug ?? id.replace(/^org_/, '').toLowerCase();
}
