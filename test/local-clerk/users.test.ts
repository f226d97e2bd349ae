import { describe, expect, test } from 'vitest';
import { clerkFailure } from './clerk-failure.ts';
import { useLocalClerk } from './use-local-clerk.ts';

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
    [{ emailAddress: ['ada@example.com', 'nobody@example.com'] }, ['user_ada']],
    [{ username: ['grace'] }, ['user_grace']],
    [{ organizationId: ['org_acme'] }, ['user_grace', 'user_ada']],
    [{ organizationId: ['-org_acme'] }, ['user_support']],
    [{ query: 'LOVE' }, ['user_ada']],
    [{ externalId: ['none'] }, []],
  ])('lists by %j', async (parameters, expected) => {
    const { data } = await context.clerk.users.getUserList(parameters);
    expect(data.map((user) => user.id)).toEqual(expected);
  });

  test('counts all that match, whatever the page', async () => {
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

  test('answers 404 for one that never was', async () => {
    const { users } = context.clerk;
    for (const call of [
      users.getUser('user_none'),
      users.banUser('user_none'),
      users.unbanUser('user_none'),
    ]) {
      expect(await clerkFailure(call)).toMatchObject({ status: 404, code: 'resource_not_found' });
    }
  });

  test('refuses a filter that it does not know, rather than leaving it out', async () => {
    const failure = clerkFailure(context.clerk.users.getUserList({ web3Wallet: ['0x0'] }));
    expect(await failure).toMatchObject({
      status: 422,
      code: 'form_param_unknown',
      parameter: 'web3_wallet',
    });
  });

  test('bans one, which revokes their sessions, and lifts the ban', async () => {
    expect((await context.clerk.users.banUser('user_ada')).banned).toBe(true);
    const { data } = await context.clerk.sessions.getSessionList({ userId: 'user_ada' });
    expect(new Set(data.map((session) => session.status))).toEqual(new Set(['revoked']));
    expect((await context.clerk.users.unbanUser('user_ada')).banned).toBe(false);
  });

  test('lists the organizations of one', async () => {
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
