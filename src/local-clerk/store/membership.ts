import { creationTime } from '../data/fields.ts';
import { membershipIds } from '../data/membership-schema.ts';
import type { ParsedData } from '../data/parsed-data.ts';

/** The membership of a user in an organization. */
export type Membership = ReturnType<typeof toMembership>;

/** Completes a membership of the data. @param index - the position in the data, which orders memberships without dates */
export function toMembership(membership: ParsedData['organization_memberships'][number], index: number) {
  const { userId, organizationId } = membershipIds(membership);
  const created = membership.created_at ?? creationTime(index);
  return {
    id: membership.id ?? `orgmem_${userId.replace(/^user_/, '')}_${organizationId.replace(/^org_/, '')}`,
    user_id: userId,
    organization_id: organizationId,
    role: membership.role,
    permissions: membership.permissions ?? [],
    public_metadata: membership.public_metadata,
    private_metadata: membership.private_metadata,
    created_at: created,
    updated_at: membership.updated_at ?? created,
  };
}
