import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { demoData } from '../../../src/local-clerk/index.ts';
import { clerkFailure } from '../clerk-failure.ts';
import { useLocalClerk } from '../use-local-clerk.ts';

const context = useLocalClerk();

async function mint(sessionId: string, template: string, seconds?: number) {
  return (await context.clerk.sessions.getToken(sessionId, template, seconds)).jwt;
}

const lifeOf = (jwt: string) => (decodeJwt(jwt).exp ?? 0) - (decodeJwt(jwt).iat ?? 0);

describe('the endpoint without a template', () => {
  test('mints a session token of 60 seconds, or of a requested lifetime', async () => {
    const { jwt } = await context.clerk.sessions.getToken('sess_ada');
    expect(decodeJwt(jwt)).toMatchObject({ sid: 'sess_ada', v: 2 });
    expect(lifeOf(jwt)).toBe(60);
    expect(lifeOf(await mint('sess_ada', '', 600))).toBe(600);
  });

  test('mints none for a pending session', async () => {
    expect(await clerkFailure(mint('sess_grace_pending', ''))).toMatchObject({ status: 401 });
  });
});

describe('the endpoint with a template', () => {
  test('mints a token with the lifetime of the template, or with a requested one', async () => {
    expect(lifeOf(await mint('sess_ada', 'minimal'))).toBe(60);
    expect(lifeOf(await mint('sess_ada', 'short'))).toBe(30);
    expect(lifeOf(await mint('sess_ada', 'firebase'))).toBe(3600);
    expect(lifeOf(await mint('sess_ada', 'short', 315_360_000))).toBe(315_360_000);
    expect(lifeOf(await mint('sess_ada', 'firebase', 30))).toBe(30);
  });

  test.each([29, 0, -1, 30.5, 315_360_001])('refuses a lifetime of %d seconds', async (seconds) => {
    const failure = await clerkFailure(mint('sess_ada', 'minimal', seconds));
    expect(failure).toMatchObject({ status: 422, parameter: 'expires_in_seconds' });
  });

  test('answers 404 for an unknown template or session, with different messages', async () => {
    const [template, session] = await Promise.all([
      clerkFailure(mint('sess_ada', 'nowhere')),
      clerkFailure(mint('sess_none', 'minimal')),
    ]);
    const code = 'resource_not_found';
    expect(template).toMatchObject({ status: 404, code, message: 'JWT template not found' });
    expect(session).toMatchObject({ status: 404, code, message: 'Session not found' });
  });

  test('answers 404 for a template name in another case', async () => {
    expect(await clerkFailure(mint('sess_ada', 'Hasura'))).toMatchObject({
      message: 'JWT template not found',
    });
  });

  test.each(['ended', 'revoked', 'expired', 'removed', 'abandoned', 'replaced', 'pending'] as const)(
    'answers 401 for a session that is %s',
    async (status) => {
      context.local.controls.setSessionStatus('sess_ada', status);
      expect(await clerkFailure(mint('sess_ada', 'minimal'))).toMatchObject({
        status: 401,
        code: 'unauthorized_action_for_session',
      });
    },
  );

  test('answers 401 for a banned user, and after the ban for the revoked sessions', async () => {
    await context.clerk.users.banUser('user_ada');
    expect(await clerkFailure(mint('sess_ada', 'minimal'))).toMatchObject({ status: 401 });
    await context.clerk.users.unbanUser('user_ada');
    expect(await clerkFailure(mint('sess_ada', 'minimal'))).toMatchObject({ status: 401 });
    const session = await context.clerk.sessions.createSession({ userId: 'user_ada' });
    await expect(mint(session.id, 'minimal')).resolves.toBeTypeOf('string');
  });
});

describe('T11 the template integration_firebase', () => {
  const name = 'integration_firebase';

  test('mints a token of the Firebase integration, with a lifetime of at most one hour', async () => {
    const email = demoData().firebase_integration?.client_email;
    expect(decodeJwt(await mint('sess_ada', name))).toMatchObject({ iss: email, uid: 'user_ada' });
    expect(lifeOf(await mint('sess_ada', name, 30))).toBe(30);
    expect(lifeOf(await mint('sess_ada', name, 86_400))).toBe(3_600);
    expect(await clerkFailure(mint('sess_ada', name, 29))).toMatchObject({ status: 422 });
  });

  test.each([null, undefined])('is unknown when the data have %s as the integration', async (off) => {
    context.local.replaceData({ ...demoData(), firebase_integration: off });
    expect(await clerkFailure(mint('sess_ada', name))).toMatchObject({
      status: 404,
      message: 'JWT template not found',
    });
  });

  test('mints none for a revoked session', async () => {
    expect(await clerkFailure(mint('sess_grace_revoked', name))).toMatchObject({ status: 401 });
  });

  test('is replaced by a JWT template with its name', async () => {
    context.local.replaceData({ ...demoData(), jwt_templates: [{ name }] });
    expect(decodeJwt(await mint('sess_ada', name)).sub).toBe('user_ada');
  });
});
