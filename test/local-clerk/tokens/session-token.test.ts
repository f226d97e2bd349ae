import { verifyToken } from '@clerk/backend';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, test } from 'vitest';
import { useLocalClerk } from '../use-local-clerk.ts';

const context = useLocalClerk();

/** Authenticates a session token with Clerk's SDK, as a gateway does. */
async function authenticate(token: string, options: { authorizedParties?: string[] } = {}) {
  const request = new Request('http://localhost/', { headers: { authorization: `Bearer ${token}` } });
  return context.clerk.authenticateRequest(request, { jwtKey: context.local.jwtKey, ...options });
}

async function signedIn(sessionId: string) {
  const auth = (await authenticate(await context.local.mintSessionToken(sessionId))).toAuth();
  if (!auth?.isAuthenticated) throw new Error('expected a signed-in caller');
  return auth;
}

describe('a session token', () => {
  test('has the claims and the header of version 2', async () => {
    const token = await context.local.mintSessionToken('sess_ada_acme', { azp: 'http://localhost:3000' });
    const claims = decodeJwt(token);
    expect(Object.keys(claims).sort()).toEqual(
      ['azp', 'exp', 'fea', 'fva', 'iat', 'iss', 'jti', 'nbf', 'o', 'pla', 'sid', 'sts', 'sub', 'v'].sort(),
    );
    expect(claims).toMatchObject({
      v: 2,
      sub: 'user_ada',
      sid: 'sess_ada_acme',
      sts: 'active',
      iss: context.local.issuer,
    });
    expect(claims.o).toEqual({ id: 'org_acme', slg: 'acme', rol: 'admin', per: 'read,write', fpm: '3,1' });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(60);
    expect((claims.iat ?? 0) - (claims.nbf ?? 0)).toBe(10);
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', typ: 'JWT', cat: 'cl_B7d4PD111AAA' });
  });

  test('has the ages of the factors, which grow with the clock unless the factor was never verified', async () => {
    const ages = async () => decodeJwt(await context.local.mintSessionToken('sess_ada')).fva;
    expect(await ages()).toEqual([0, -1]);
    context.local.controls.advanceClock(5 * 60_000);
    expect(await ages()).toEqual([5, -1]);
  });

  test('is accepted by verifyToken with the PEM and with the JWKS', async () => {
    const token = await context.local.mintSessionToken('sess_ada');
    const { jwtKey, secretKey, url } = context.local;
    expect(await verifyToken(token, { jwtKey })).toMatchObject({ sid: 'sess_ada' });
    expect(await verifyToken(token, { secretKey, apiUrl: url })).toMatchObject({ sid: 'sess_ada' });
  });

  test('answers has() for roles, permissions, features and plans', async () => {
    const { has, orgPermissions } = await signedIn('sess_ada_acme');
    expect(orgPermissions).toEqual(['org:reports:read', 'org:reports:write', 'org:invoices:read']);
    expect(has({ role: 'org:admin' })).toBe(true);
    expect(has({ role: 'org:member' })).toBe(false);
    expect(has({ permission: 'org:reports:write' })).toBe(true);
    expect(has({ permission: 'org:invoices:write' })).toBe(false);
    expect(has({ feature: 'org:reports' })).toBe(true);
    expect(has({ feature: 'user:exports' })).toBe(true);
    expect(has({ feature: 'org:exports' })).toBe(false);
    expect(has({ plan: 'team' })).toBe(true);
    expect(has({ plan: 'user:pro' })).toBe(true);
    expect(has({ plan: 'enterprise' })).toBe(false);
    expect(has({ reverification: 'strict' })).toBe(true);
  });

  test('names no organization when none is active', async () => {
    const { orgId, has } = await signedIn('sess_ada');
    expect(orgId).toBeUndefined();
    expect(has({ role: 'org:admin' })).toBe(false);
  });

  test('follows a changed role, with masks wider than 32 bits', async () => {
    const actions = Array.from({ length: 40 }, (_, at) => `act${at}`);
    const permissions = [
      ...actions.map((action) => `org:wide:${action}`),
      'org:narrow:act39',
      'org:sys_memberships:read',
    ];
    context.local.controls.setRole('user_grace', 'org_acme', 'auditor', permissions);
    const { has, orgPermissions } = await signedIn('sess_grace_acme');
    expect(orgPermissions).toHaveLength(41);
    expect(has({ role: 'org:auditor' })).toBe(true);
    expect(has({ permission: 'org:wide:act39' })).toBe(true);
    expect(has({ permission: 'org:narrow:act39' })).toBe(true);
    expect(has({ permission: 'org:narrow:act0' })).toBe(false);
  });

  test('keeps the positions of fpm when an organization has features without permissions', async () => {
    const data = {
      users: [{ id: 'user_a', features: ['both', 'mine'] }],
      organizations: [{ id: 'org_a', features: ['idle', 'both'] }],
      organization_memberships: [
        { user_id: 'user_a', organization_id: 'org_a', permissions: ['docs:edit', 'both:see'] },
      ],
      sessions: [{ id: 'sess_a', user_id: 'user_a', last_active_organization_id: 'org_a' }],
    };
    context.local.replaceData(data);
    const { has, orgPermissions } = await signedIn('sess_a');
    expect(orgPermissions).toEqual(['org:docs:edit', 'org:both:see']);
    expect(
      has({ feature: 'org:idle' }) && has({ feature: 'org:both' }) && has({ feature: 'user:both' }),
    ).toBe(true);
    expect(has({ feature: 'org:mine' })).toBe(false);
  });

  test('names the actor of an impersonated session', async () => {
    const auth = await signedIn('sess_grace_impersonated');
    expect(auth.actor).toEqual({ sub: 'user_support' });
  });

  test('of a pending session has sts: pending and counts as signed out', async () => {
    const token = await context.local.mintSessionToken('sess_grace_pending');
    expect(decodeJwt(token).sts).toBe('pending');
    expect((await authenticate(token)).toAuth()).toMatchObject({ isAuthenticated: false });
  });

  test('satisfies authorizedParties by its azp only', async () => {
    const party = 'http://localhost:3000';
    const withParty = await context.local.mintSessionToken('sess_ada', { azp: party });
    const without = await context.local.mintSessionToken('sess_ada');
    expect((await authenticate(withParty, { authorizedParties: [party] })).isAuthenticated).toBe(true);
    expect((await authenticate(without, { authorizedParties: [party] })).isAuthenticated).toBe(false);
  });

  test('has a unique jti', async () => {
    const tokens = await Promise.all([1, 2].map(() => context.local.mintSessionToken('sess_ada')));
    expect(new Set(tokens.map((token) => decodeJwt(token).jti)).size).toBe(2);
  });

  test('has the times of the clock that a test sets', async () => {
    context.local.controls.setClock(Date.now() - 120_000);
    const { isAuthenticated, reason } = await authenticate(await context.local.mintSessionToken('sess_ada'));
    expect(isAuthenticated).toBe(false);
    expect(reason).toContain('token-expired');
  });
});
