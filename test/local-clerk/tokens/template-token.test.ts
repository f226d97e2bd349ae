import { verifyToken } from '@clerk/backend';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, test } from 'vitest';
import { demoData } from '../../../src/local-clerk/index.ts';
import { useLocalClerk } from '../use-local-clerk.ts';

const context = useLocalClerk();

async function mint(sessionId: string, template: string) {
  return (await context.clerk.sessions.getToken(sessionId, template)).jwt;
}

describe('a template token', () => {
  test('has the automatic claims and those of the template, but not sid, o or sts', async () => {
    const claims = decodeJwt(await mint('sess_ada_acme', 'reports'));
    expect(Object.keys(claims).sort()).toEqual(
      ['aud', 'exp', 'iat', 'iss', 'jti', 'nbf', 'organization_id', 'permissions', 'role', 'sub'].sort(),
    );
    expect(claims).toMatchObject({
      aud: 'reports',
      sub: 'user_ada',
      iss: context.local.issuer,
      organization_id: 'org_acme',
      role: 'org:admin',
    });
  });

  test('has its category in the header, and is verified by the key of the instance', async () => {
    const jwt = await mint('sess_ada', 'minimal');
    expect(decodeProtectedHeader(jwt)).toMatchObject({ alg: 'RS256', typ: 'JWT', cat: 'cl_B7d4PD222AAA' });
    await expect(verifyToken(jwt, { jwtKey: context.local.jwtKey })).resolves.toMatchObject({
      sub: 'user_ada',
    });
  });

  test('is not accepted as a session token', async () => {
    const headers = { authorization: `Bearer ${await mint('sess_ada', 'hasura')}` };
    const state = await context.clerk.authenticateRequest(new Request('http://localhost/', { headers }), {
      jwtKey: context.local.jwtKey,
    });
    expect(state.toAuth()).toMatchObject({ isAuthenticated: false });
  });

  test('is valid from iat minus the allowed clock skew', async () => {
    context.local.replaceData({
      ...demoData(),
      jwt_templates: [
        { name: 'wide', allowed_clock_skew: 300 },
        { name: 'none', allowed_clock_skew: 0 },
      ],
    });
    const wide = decodeJwt(await mint('sess_ada', 'wide'));
    expect((wide.iat ?? 0) - (wide.nbf ?? 0)).toBe(300);
    const none = decodeJwt(await mint('sess_ada', 'none'));
    expect(none.nbf).toBe(none.iat);
  });

  test('names the organization that is active at Clerk, not that of an older session token', async () => {
    expect(decodeJwt(await mint('sess_ada_acme', 'reports')).organization_id).toBe('org_acme');
    context.local.controls.setActiveOrganization('sess_ada_acme', 'org_globex');
    expect(decodeJwt(await mint('sess_ada_acme', 'reports'))).toMatchObject({
      organization_id: 'org_globex',
      role: 'org:member',
    });
    context.local.controls.setActiveOrganization('sess_ada_acme', null);
    expect(decodeJwt(await mint('sess_ada_acme', 'reports'))).toMatchObject({
      organization_id: null,
      permissions: null,
    });
  });

  test('has the claims that Hasura expects', async () => {
    expect(decodeJwt(await mint('sess_ada_acme', 'hasura'))['https://hasura.io/jwt/claims']).toEqual({
      'x-hasura-default-role': 'user',
      'x-hasura-allowed-roles': ['user', 'editor'],
      'x-hasura-user-id': 'user_ada',
      'x-hasura-org-id': 'org_acme',
    });
  });
});
