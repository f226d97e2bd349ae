import { type Membership, memberOf, type Organization, type Store } from '../store.ts';

/** An organization as Clerk's API shows it. */
export function presentOrganization(organization: Organization) {
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

/** The number of members, which Clerk adds only when asked. */
export function withMembersCount(store: Store) {
  return (organization: Organization) => {
    const members = store.memberships.filter((membership) => membership.organization_id === organization.id);
    return { ...presentOrganization(organization), members_count: members.length };
  };
}

/** A membership as Clerk's API shows it, with its two ends. */
export function presentMembership(store: Store, membership: Membership) {
  const organization = store.organizations.get(membership.organization_id);
  const user = memberOf(store, membership);
  if (!organization) throw new Error(`The membership "${membership.id}" has lost its organization.`);
  const email = user.email_addresses.find((entry) => entry.id === user.primary_email_address_id);
  return {
    object: 'organization_membership',
    id: membership.id,
    role: membership.role,
    role_name: roleName(membership.role),
    permissions: membership.permissions,
    public_metadata: membership.public_metadata,
    private_metadata: membership.private_metadata,
    organization: presentOrganization(organization),
    public_user_data: {
      user_id: user.id,
      first_name: user.first_name,
      last_name: user.last_name,
      image_url: user.image_url,
      profile_image_url: user.image_url,
      has_image: user.image_url !== '',
      identifier: email?.email_address ?? user.username,
      username: user.username,
      banned: user.banned,
    },
    created_at: membership.created_at,
    updated_at: membership.updated_at,
  };
}

function roleName(role: string) {
  const name = role.replace(/^org:/, '');
  return name.charAt(0).toUpperCase() + name.slice(1);
}
