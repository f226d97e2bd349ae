import type { Membership } from '../store/membership.ts';
import type { Organization } from '../store/organization.ts';
import type { User } from '../store/user.ts';

type Scope = 'o' | 'u' | 'uo';

interface Permission {
  feature: string;
  action: string;
}

/** The claims `o`, `fea` and `pla` of a version 2 session token. */
interface EntitlementClaims {
  o?: { id: string; slg: string; rol: string; per?: string; fpm?: string };
  fea: string;
  pla: string;
}

/**
 * Returns role, permissions, features and plans in the format that `has()` of Clerk's SDKs reads. `fpm` has a decimal bit
 * mask for each feature of the organization, in the order of `fea`; bit n stands for action n of `per`.
 * Source: `jwtPayloadParser` of @clerk/shared; https://clerk.com/docs/guides/sessions/session-tokens
 */
export function entitlementClaims(
  user: User,
  active: { organization: Organization; membership: Membership } | undefined,
): EntitlementClaims {
  const granted = active ? customPermissions(active.membership) : [];
  const organizationFeatures = unique([
    ...granted.map((permission) => permission.feature),
    ...(active?.organization.features ?? []),
  ]);
  const claims = {
    fea: scoped(organizationFeatures, user.features),
    pla: scoped(active?.organization.plans ?? [], user.plans),
  };
  if (!active) return claims;

  const { id, slug } = active.organization;
  const o = { id, slg: slug, rol: active.membership.role.replace(/^org:/, '') };
  if (granted.length === 0) return { ...claims, o };
  return { ...claims, o: { ...o, ...permissionMasks(granted, organizationFeatures) } };
}

function permissionMasks(granted: Permission[], features: string[]): { per: string; fpm: string } {
  const actions = unique(granted.map((permission) => permission.action));
  const masks = features.map((feature) =>
    granted
      .filter((permission) => permission.feature === feature)
      .reduce((mask, permission) => mask | (1n << BigInt(actions.indexOf(permission.action))), 0n),
  );
  return { per: actions.join(','), fpm: masks.join(',') };
}

/** Returns the custom permissions. Session tokens do not contain system permissions (`org:sys_...`). */
function customPermissions(membership: Membership): Permission[] {
  return membership.permissions
    .filter((permission) => !permission.startsWith('org:sys_'))
    .map((permission) => {
      const [, feature = '', action = ''] = permission.split(':');
      return { feature, action };
    });
}

/** Lists the slugs of the organization first, because the masks of `fpm` follow their positions. */
function scoped(ofOrganization: string[], ofUser: string[]): string {
  const scopeOf = (slug: string): Scope => (ofUser.includes(slug) ? 'uo' : 'o');
  const onlyUser = ofUser.filter((slug) => !ofOrganization.includes(slug));
  return [
    ...unique(ofOrganization).map((slug) => `${scopeOf(slug)}:${slug}`),
    ...unique(onlyUser).map((slug) => `u:${slug}`),
  ].join(',');
}

function unique(values: string[]): string[] {
  return [...new Set(values)];
}
