import type { Organization } from '../store/organization.ts';
import type { Store } from '../store/store.ts';

/** Returns an organization as Clerk's API shows it. */
export function serializeOrganization(organization: Organization) {
  return {
    object: 'organization',
    id: organization.id,
    name: organization.name,
    slug: organization.slug,
    image_url: organization.image_url,
    has_image: organization.image_url !== '',
    max_allowed_memberships: organization.max_allowed_memberships,
    admin_delete_enabled: organization.admin_delete_enabled,
    public_metadata: organization.public_metadata,
    private_metadata: organization.private_metadata,
    ...(organization.created_by === undefined ? {} : { created_by: organization.created_by }),
    created_at: organization.created_at,
    updated_at: organization.updated_at,
  };
}

/** Returns an organization with the number of its members, which Clerk adds for `include_members_count=true`. */
export function serializeOrganizationWithCount(store: Store, organization: Organization) {
  const members = store.memberships.filter((membership) => membership.organization_id === organization.id);
  return { ...serializeOrganization(organization), members_count: members.length };
}
