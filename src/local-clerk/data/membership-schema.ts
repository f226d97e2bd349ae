import { z } from 'zod';
import { id, metadata, timestamp } from './fields.ts';

/** A custom permission, the kind that session tokens carry. The prefix `org:` is optional. */
export const permission = z
  .string()
  .regex(/^(org:)?[a-z0-9_-]+:[a-z0-9_-]+$/i, 'expected a permission such as org:invoices:read')
  .transform(withOrgPrefix);

/** A role. The prefix `org:` is optional. */
export const role = z
  .string()
  .regex(/^(org:)?[a-z0-9_-]+$/i, 'expected a role such as org:admin')
  .transform(withOrgPrefix);

/** A membership with `user_id` and `organization_id`, or with Clerk's nested objects. */
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
    created_at: timestamp.optional(),
    updated_at: timestamp.optional(),
  })
  .superRefine((membership, context) => {
    const { userId, organizationId } = membershipIds(membership);
    if (userId === '') context.addIssue({ code: 'custom', path: ['user_id'], message: 'expected an id' });
    if (organizationId === '') {
      context.addIssue({ code: 'custom', path: ['organization_id'], message: 'expected an id' });
    }
  });

/** The fields of a membership that name its user and its organization. */
export interface MembershipFields {
  user_id?: string | undefined;
  organization_id?: string | undefined;
  public_user_data?: { user_id: string } | undefined;
  organization?: { id: string } | undefined;
}

/** Returns the ids of the user and the organization of a membership, in either form; `''` for a missing one. */
export function membershipIds(membership: MembershipFields): { userId: string; organizationId: string } {
  return {
    userId: membership.user_id ?? membership.public_user_data?.user_id ?? '',
    organizationId: membership.organization_id ?? membership.organization?.id ?? '',
  };
}

function withOrgPrefix(text: string) {
  return text.startsWith('org:') ? text : `org:${text}`;
}
