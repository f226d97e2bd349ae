import { describe, expect, test } from 'vitest';
import type { LocalClerkData } from '../../../src/local-clerk/data/local-clerk-data.ts';
import { requireMembership, requireUser } from '../../../src/local-clerk/store/lookups.ts';
import { entitlementClaims } from '../../../src/local-clerk/tokens/entitlement-claims.ts';
import { testStore } from '../test-instance.ts';

interface Entitlements {
  user?: { plans?: string[]; features?: string[] };
  organization?: { plans?: string[]; features?: string[] };
  permissions?: string[];
}

function claimsFor({ user = {}, organization, permissions = [] }: Entitlements) {
  const data: LocalClerkData = {
    users: [{ id: 'user_x', ...user }],
    organizations: [{ id: 'org_a', ...organization }],
    organization_memberships: [{ user_id: 'user_x', organization_id: 'org_a', role: 'admin', permissions }],
  };
  const store = testStore(data);
  const active = store.organizations.get('org_a');
  const membership = requireMembership(store, 'user_x', 'org_a');
  return entitlementClaims(
    requireUser(store, 'user_x'),
    organization && active && { organization: active, membership },
  );
}

describe('the claims of plans, features and permissions', () => {
  test('have only the scope of the user without an organization', () => {
    expect(claimsFor({ user: { plans: ['pro'], features: ['exports', 'exports'] } })).toEqual({
      pla: 'u:pro',
      fea: 'u:exports',
    });
  });

  test('name the organization and the role, and have no masks without permissions', () => {
    expect(claimsFor({ organization: {} })).toEqual({
      pla: 'o:free_org,u:free_user',
      fea: '',
      o: { id: 'org_a', slg: 'a', rol: 'admin' },
    });
  });

  test('contain a slug of both scopes once', () => {
    const both = { plans: ['team'], features: ['both'] };
    const { pla, fea } = claimsFor({ user: both, organization: both });
    expect([pla, fea]).toEqual(['uo:team', 'uo:both']);
  });

  test('have a mask for each feature of the organization, in the order of fea', () => {
    const { fea, o } = claimsFor({
      user: { features: ['mine'] },
      organization: { features: ['idle'] },
      permissions: ['docs:edit', 'docs:read', 'files:read'],
    });
    expect(fea).toBe('o:docs,o:files,o:idle,u:mine');
    expect(o).toMatchObject({ per: 'edit,read', fpm: '3,2,0' });
  });

  test('have masks of more than 32 bits', () => {
    const permissions = Array.from({ length: 40 }, (_, at) => `wide:act${at}`);
    expect(claimsFor({ organization: {}, permissions }).o?.fpm).toBe(String(2n ** 40n - 1n));
  });

  test('do not contain system permissions', () => {
    const { fea, o } = claimsFor({ organization: {}, permissions: ['org:sys_memberships:read'] });
    expect([fea, o?.per]).toEqual(['', undefined]);
  });
});
