import { z } from 'zod';
import { id, metadata, moment, slugs } from './fields.ts';

/** An organization: an id is enough. `plans` and `features` are additions to Clerk's shape. */
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
  created_at: moment.optional(),
  updated_at: moment.optional(),
  plans: slugs.default(['free_org']),
  features: slugs.default([]),
});

/** The slug of an organization, made of its id unless given. */
export function slugOf({ id, slug }: { id: string; slug?: string | null | undefined }): string {
  return slug ?? id.replace(/^org_/, '').toLowerCase();
}

/** A custom permission, which is what session tokens carry; the prefix `org:` may be left out. */
export const permission = z
  .string()
  .regex(/^(org:)?[a-z0-9_-]+:[a-z0-9_-]+$/i, 'expected a permission such as org:invoices:read')
  .transform(withOrgPrefix);

export const role = z
  .string()
  .regex(/^(org:)?[a-z0-9_-]+$/i, 'expected a role such as org:admin')
  .transform(withOrgPrefix);

/** A membership: either `user_id` and `organization_id`, or Clerk's own shape with nested objects. */
export const membershipSchema = z
  .object({
    id: id.optional(),
    user_id: id.optional(),
    organization_id: id.optional(),
    public_user_data: z.object({ user_id: id }).optional(),
    organization: z.object({ id }).optional(),
    role: role.default('org:member'),
    permissions: z.array(permission).nullable().default([]),
    public_metadata: metadata,
    private_metadata: metadata,
    created_at: moment.optional(),
    updated_at: moment.optional(),
  })
  .superRefine((membership, context) => {
    for (const [path, value] of [
      ['user_id', membership.user_id ?? membership.public_user_data?.user_id],
      ['organization_id', membership.organization_id ?? membership.organization?.id],
    ] as const) {
      if (value === undefined) context.addIssue({ code: 'custom', path: [path], message: 'expected an id' });
    }
  });

function withOrgPrefix(text: string) {
  return text.startsWith('org:') ? text : `org:${text}`;
}
