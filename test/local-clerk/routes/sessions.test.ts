import { describe, expect, test } from 'vitest';
import { clerkFailure } from '../clerk-failure.ts';
import { useLocalClerk } from '../use-local-clerk.ts';

const context = useLocalClerk();

describe('sessions through the SDK', () => {
  test('lists the sessions of a user, newest first, with their number', async () => {
    const { data, totalCount } = await context.clerk.sessions.getSessionList({ userId: 'user_ada' });
    expect(data.map((session) => session.id)).toEqual(['sess_ada_globex', 'sess_ada_acme', 'sess_ada']);
    expect(totalCount).toBe(3);
  });

  test('filters by status and client, in pages', async () => {
    const { sessions } = context.clerk;
    const revoked = await sessions.getSessionList({ userId: 'user_grace', status: 'revoked' });
    expect(revoked.data.map((session) => session.id)).toEqual(['sess_grace_revoked']);
    const ofClient = await sessions.getSessionList({ clientId: 'client_ada_acme' });
    expect(ofClient.data.map((session) => session.id)).toEqual(['sess_ada_acme']);
    const page = await sessions.getSessionList({ userId: 'user_ada', limit: 1, offset: 1 });
    expect(page.data.map((session) => session.id)).toEqual(['sess_ada_acme']);
    expect(page.totalCount).toBe(3);
  });

  test('returns a plain array unless pages are requested', async () => {
    const response = await fetch(`${context.local.url}/v1/sessions?user_id=user_ada`, {
      headers: { authorization: `Bearer ${context.local.secretKey}` },
    });
    expect(await response.json()).toHaveLength(3);
  });

  test('gets one with its organization and actor', async () => {
    const session = await context.clerk.sessions.getSession('sess_ada_acme');
    expect(session).toMatchObject({
      userId: 'user_ada',
      status: 'active',
      lastActiveOrganizationId: 'org_acme',
    });
    const impersonated = await context.clerk.sessions.getSession('sess_grace_impersonated');
    expect(impersonated.actor).toEqual({ sub: 'user_support' });
  });

  test('answers 404 for an unknown session', async () => {
    expect(await clerkFailure(context.clerk.sessions.getSession('sess_none'))).toMatchObject({
      status: 404,
      code: 'resource_not_found',
      message: 'Session not found',
    });
  });

  test('creates one that can mint at once', async () => {
    const session = await context.clerk.sessions.createSession({ userId: 'user_support' });
    expect(session).toMatchObject({ userId: 'user_support', status: 'active' });
    await expect(context.clerk.sessions.getToken(session.id, 'minimal')).resolves.toHaveProperty('jwt');
  });

  test('creates none for an unknown user, a banned user, or an organization without the user', async () => {
    const { sessions } = context.clerk;
    expect(await clerkFailure(sessions.createSession({ userId: 'user_none' }))).toMatchObject({
      status: 404,
    });
    const foreign = { userId: 'user_support', activeOrganizationId: 'org_acme' };
    expect(await clerkFailure(sessions.createSession(foreign))).toMatchObject({
      status: 422,
      code: 'form_resource_not_found',
    });
    context.local.controls.banUser('user_support');
    expect(await clerkFailure(sessions.createSession({ userId: 'user_support' }))).toMatchObject({
      status: 403,
      code: 'user_banned',
    });
  });

  test('names the field that is missing', async () => {
    const failure = clerkFailure(context.clerk.sessions.createSession({} as { userId: string }));
    expect(await failure).toMatchObject({ status: 422, code: 'form_param_missing', parameter: 'user_id' });
  });

  test('revokes one permanently; a second revocation changes nothing', async () => {
    expect((await context.clerk.sessions.revokeSession('sess_ada')).status).toBe('revoked');
    expect((await context.clerk.sessions.revokeSession('sess_ada')).status).toBe('revoked');
    expect(await clerkFailure(context.clerk.sessions.getToken('sess_ada', 'minimal'))).toMatchObject({
      status: 401,
    });
    expect(await clerkFailure(context.clerk.sessions.revokeSession('sess_none'))).toMatchObject({
      status: 404,
    });
  });

  test('keeps the status of a session that has ended', async () => {
    context.local.controls.setSessionStatus('sess_ada', 'ended');
    expect((await context.clerk.sessions.revokeSession('sess_ada')).status).toBe('ended');
  });

  test('lets sessions expire by the clock of the instance', async () => {
    context.local.controls.advanceClock(8 * 24 * 3600 * 1000);
    expect((await context.clerk.sessions.getSession('sess_ada')).status).toBe('expired');
    context.local.controls.setClock(null);
    expect((await context.clerk.sessions.getSession('sess_ada')).status).toBe('active');
  });
});
