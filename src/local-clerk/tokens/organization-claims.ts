import type { Membership, Organization, User } from '../store.ts';

type Scope = 'o' | 'u' | 'uo';

/** `o`, `fea` and `pla` of a version 2 session token. */
export interface EntitlementClaims {
  o?: { id: string; slg: string; rol: string; per?: string; fpm?: string };
  fea: string;
  pla: string;
}

/**
 * Writes roles, permissions, features and plans the way that `has()` of Clerk's SDKs reads them: `fpm` holds, for each
 * feature of the organization in the order of `fea`, a decimal bit mask over the actions in `per`, lowest bit first.
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
  const actions = unique(granted.map((permission) => permission.action));
  const masks = organizationFeatures.map((feature) =>
    granted
      .filter((permission) => permission.feature === feature)
      .reduce((mask, permission) => mask | (1n << BigInt(actions.indexOf(permission.action))), 0n),
  );
  return { ...claims, o: { ...o, per: actions.join(','), fpm: masks.join(',') } };
}

/** System permissions (`org:sys_...`) are not part of session tokens. */
function customPermissions(membership: Membership) {
  return membership.permissions
    .filter((permission) => !permission.startsWith('org:sys_'))
    .map((permission) => {
      const [, feature = '', action = ''] = permission.split(':');
      return { feature, action };
    });
}

/** The organization's come first, because their positions are what `fpm` counts. */
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
