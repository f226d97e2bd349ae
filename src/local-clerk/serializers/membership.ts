import { organizationOfMembership, userOfMembership } from '../store/lookups.ts';
import type { Membership } from '../store/membership.ts';
import type { Store } from '../store/store.ts';
import type { User } from '../store/user.ts';
import { serializeOrganization } from './organization.ts';

/** Returns a membership as Clerk's API shows it, with its organization and its user. */
export function serializeMembership(store: Store, membership: Membership) {
  const organization = organizationOfMembership(store, membership);
  const user = userOfMembership(store, membership);
  return {
    object: 'organization_membership',
    id: membership.id,
    role: membership.role,
    role_name: roleName(membership.role),
    permissions: membership.permissions,
    public_metadata: membership.public_metadata,
    private_metadata: membership.private_metadata,
    organization: serializeOrganization(organization),
    public_user_data: serializePublicUserData(user),
    created_at: membership.created_at,
    updated_at: membership.updated_at,
  };
}

function serializePublicUserData(user: User) {
  const email = user.email_addresses.find((entry) => entry.id === user.primary_email_address_id);
  return {
    user_id: user.id,
    first_name: user.first_name,
    last_name: user.last_name,
    image_url: user.image_url,
    profile_image_url: user.image_url,
    has_image: user.image_url !== '',
    identifier: email?.email_address ?? user.username,
    username: user.username,
    banned: user.banned,
  };
}

function roleName(role: string) {
  const name = role.replace(/^org:/, '');
  return name.charAt(0).toUpperCase() + name.slice(1);
}
