import { verifyToken } from '@clerk/backend';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, test } from 'vitest';
import { demoData } from '../../../src/local-clerk/index.ts';
import { clerkFailure } from '../clerk-failure.ts';
import { useLocalClerk } from '../use-local-clerk.ts';

const context = useLocalClerk();

async function mint(sessionId: string, template: string, seconds?: number) {
  return (await context.clerk.sessions.getToken(sessionId, template, seconds)).jwt;
}

describe('a template token', () => {
  test('has the automatic claims and those of the template, never sid, o or sts', async () => {
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

  test('is marked in its header, and verified by the instance’s key', async () => {
    const jwt = await mint('sess_ada', 'minimal');
    expect(decodeProtectedHeader(jwt)).toMatchObject({ alg: 'RS256', typ: 'JWT', cat: 'cl_B7d4PD222AAA' });
    await expect(verifyToken(jwt, { jwtKey: context.local.jwtKey })).resolves.toMatchObject({
      sub: 'user_ada',
    });
  });

  test('does not sign in where a session token is asked for', async () => {
    const headers = { authorization: `Bearer ${await mint('sess_ada', 'hasura')}` };
    const state = await context.clerk.authenticateRequest(new Request('http://localhost/', { headers }), {
      jwtKey: context.local.jwtKey,
    });
    expect(state.toAuth()).toMatchObject({ isAuthenticated: false });
  });

  test('lives as long as its template says, or as asked', async () => {
    const lifeOf = (jwt: string) => (decodeJwt(jwt).exp ?? 0) - (decodeJwt(jwt).iat ?? 0);
    expect(lifeOf(await mint('sess_ada', 'minimal'))).toBe(60);
    expect(lifeOf(await mint('sess_ada', 'short'))).toBe(30);
    expect(lifeOf(await mint('sess_ada', 'firebase'))).toBe(3600);
    expect(lifeOf(await mint('sess_ada', 'short', 315_360_000))).toBe(315_360_000);
    expect(lifeOf(await mint('sess_ada', 'firebase', 30))).toBe(30);
  });

  test('holds from iat less the allowed clock skew', async () => {
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

  test.each([29, 0, -1, 30.5, 315_360_001])('is refused a life of %d seconds', async (seconds) => {
    const failure = await clerkFailure(mint('sess_ada', 'minimal', seconds));
    expect(failure).toMatchObject({ status: 422, parameter: 'expires_in_seconds' });
  });

  test('is minted for the organization that the server holds active, whatever an older token says', async () => {
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

  test('gives Hasura what it wants', async () => {
    expect(decodeJwt(await mint('sess_ada_acme', 'hasura'))['https://hasura.io/jwt/claims']).toEqual({
      'x-hasura-default-role': 'user',
      'x-hasura-allowed-roles': ['user', 'editor'],
      'x-hasura-user-id': 'user_ada',
      'x-hasura-org-id': 'org_acme',
    });
  });
});

describe('no template token', () => {
  test('is minted from a template or for a session that never was, which only the messages tell apart', async () => {
    const [template, session] = await Promise.all([
      clerkFailure(mint('sess_ada', 'nowhere')),
      clerkFailure(mint('sess_none', 'minimal')),
    ]);
    expect(template).toMatchObject({
      status: 404,
      code: 'resource_not_found',
      message: 'JWT template not found',
    });
    expect(session).toMatchObject({ status: 404, code: 'resource_not_found', message: 'Session not found' });
  });

  test('is minted from a template whose name is written otherwise', async () => {
    expect(await clerkFailure(mint('sess_ada', 'Hasura'))).toMatchObject({
      message: 'JWT template not found',
    });
  });

  test.each(['ended', 'revoked', 'expired', 'removed', 'abandoned', 'replaced', 'pending'] as const)(
    'is minted for a session that is %s',
    async (status) => {
      context.local.controls.setSessionStatus('sess_ada', status);
      expect(await clerkFailure(mint('sess_ada', 'minimal'))).toMatchObject({
        status: 401,
        code: 'unauthorized_action_for_session',
      });
    },
  );

  test('is minted for a banned user, nor after the unban from the sessions of before', async () => {
    await context.clerk.users.banUser('user_ada');
    expect(await clerkFailure(mint('sess_ada', 'minimal'))).toMatchObject({ status: 401 });
    await context.clerk.users.unbanUser('user_ada');
    expect(await clerkFailure(mint('sess_ada', 'minimal'))).toMatchObject({ status: 401 });
    const session = await context.clerk.sessions.createSession({ userId: 'user_ada' });
    await expect(mint(session.id, 'minimal')).resolves.toBeTypeOf('string');
  });
});
