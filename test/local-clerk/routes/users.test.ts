import { describe, expect, test } from 'vitest';
import { clerkFailure } from '../clerk-failure.ts';
import { useLocalClerk } from '../use-local-clerk.ts';

const context = useLocalClerk();

type ListParameters = Parameters<typeof context.clerk.users.getUserList>[0];

describe('users through the SDK', () => {
  test.each<[ListParameters, string[]]>([
    [{}, ['user_support', 'user_grace', 'user_ada']],
    [{ orderBy: '+created_at' }, ['user_ada', 'user_grace', 'user_support']],
    [{ orderBy: '-first_name' }, ['user_support', 'user_grace', 'user_ada']],
    [{ orderBy: 'username' }, ['user_ada', 'user_grace', 'user_support']],
    [{ orderBy: 'email_address', limit: 1, offset: 1 }, ['user_grace']],
    [{ userId: ['user_ada', 'user_support'] }, ['user_support', 'user_ada']],
    [{ userId: ['-user_ada'] }, ['user_support', 'user_grace']],
    [{ emailAddress: ['ada@example.com', 'none@example.com'] }, ['user_ada']],
    [{ username: ['grace'] }, ['user_grace']],
    [{ organizationId: ['org_acme'] }, ['user_grace', 'user_ada']],
    [{ organizationId: ['-org_acme'] }, ['user_support']],
    [{ query: 'LOVE' }, ['user_ada']],
    [{ externalId: ['none'] }, []],
    [{ web3Wallet: ['0x0'] }, []],
    [{ createdAtAfter: 1_704_067_200_000 }, ['user_support', 'user_grace']],
    [{ createdAtBefore: 1_704_067_201_000 }, ['user_ada']],
    [{ lastActiveAtAfter: 1 }, []],
  ])('lists by %j', async (parameters, expected) => {
    const { data } = await context.clerk.users.getUserList(parameters);
    expect(data.map((user) => user.id)).toEqual(expected);
  });

  test('counts all matching users, not only one page', async () => {
    const { totalCount } = await context.clerk.users.getUserList({ organizationId: ['org_acme'], limit: 1 });
    expect(totalCount).toBe(2);
    expect(await context.clerk.users.getCount()).toBe(3);
    expect(await context.clerk.users.getCount({ emailAddress: ['ada@example.com'] })).toBe(1);
  });

  test('gets one with names, address and metadata', async () => {
    const ada = await context.clerk.users.getUser('user_ada');
    expect(ada.fullName).toBe('Ada Lovelace');
    expect(ada.primaryEmailAddress?.emailAddress).toBe('ada@example.com');
    expect(ada.primaryEmailAddress?.verification?.status).toBe('verified');
    expect(ada.publicMetadata).toMatchObject({ locale: 'en-GB' });
  });

  test('answers 404 for an unknown one', async () => {
    const { users } = context.clerk;
    for (const call of [
      users.getUser('user_none'),
      users.banUser('user_none'),
      users.unbanUser('user_none'),
    ]) {
      expect(await clerkFailure(call)).toMatchObject({ status: 404, code: 'resource_not_found' });
    }
  });

  test('filters by the times of activity and sign-in', async () => {
    context.local.replaceData({
      users: [
        { id: 'user_early', last_active_at: 100, last_sign_in_at: 10 },
        { id: 'user_late', last_active_at: 200, last_sign_in_at: 20 },
        { id: 'user_never' },
      ],
    });
    const list = async (parameters: ListParameters) =>
      (await context.clerk.users.getUserList(parameters)).data.map((user) => user.id);
    expect(await list({ lastActiveAtAfter: 100 })).toEqual(['user_late']);
    expect(await list({ lastActiveAtBefore: 200 })).toEqual(['user_early']);
    expect(await list({ last_active_at_since: 100 })).toEqual(['user_late', 'user_early']);
    expect(await list({ lastSignInAtAfter: 10, lastSignInAtBefore: 21 })).toEqual(['user_late']);
  });

  test('refuses an unknown filter instead of ignoring it', async () => {
    const parameters = { provider: 'oauth_x' } as ListParameters;
    expect(await clerkFailure(context.clerk.users.getUserList(parameters))).toMatchObject({
      status: 422,
      code: 'form_param_unknown',
      parameter: 'provider',
      longMessage: 'provider is not a parameter of this request in the local Clerk.',
    });
  });

  test('bans one, which revokes all sessions, and lifts the ban', async () => {
    expect((await context.clerk.users.banUser('user_ada')).banned).toBe(true);
    const { data } = await context.clerk.sessions.getSessionList({ userId: 'user_ada' });
    expect(new Set(data.map((session) => session.status))).toEqual(new Set(['revoked']));
    expect((await context.clerk.users.unbanUser('user_ada')).banned).toBe(false);
  });

  test('keeps sessions revoked after the ban of a user who is banned in the data', async () => {
    context.local.replaceData({
      users: [{ id: 'user_x', banned: true }],
      sessions: [{ id: 'sess_x', user_id: 'user_x' }],
    });
    await context.clerk.users.unbanUser('user_x');
    expect((await context.clerk.sessions.getSession('sess_x')).status).toBe('revoked');
  });

  test('lists the memberships of one', async () => {
    const { users } = context.clerk;
    const { data, totalCount } = await users.getOrganizationMembershipList({ userId: 'user_ada' });
    expect(data.map((entry) => [entry.organization.id, entry.role])).toEqual([
      ['org_globex', 'org:member'],
      ['org_acme', 'org:admin'],
    ]);
    expect(totalCount).toBe(2);
    expect(await clerkFailure(users.getOrganizationMembershipList({ userId: 'user_none' }))).toMatchObject({
      status: 404,
    });
  });
});
