import { describe, expect, test } from 'vitest';
import { clerkFailure } from '../clerk-failure.ts';
import { useLocalClerk } from '../use-local-clerk.ts';

const context = useLocalClerk();

describe('memberships through the SDK', () => {
  test('answers 404 for an unknown organization', async () => {
    const { organizations } = context.clerk;
    const call = organizations.getOrganizationMembershipList({ organizationId: 'org_none' });
    expect(await clerkFailure(call)).toMatchObject({ status: 404, code: 'resource_not_found' });
  });

  test('lists members with their roles', async () => {
    const { organizations } = context.clerk;
    const { data, totalCount } = await organizations.getOrganizationMembershipList({
      organizationId: 'org_acme',
    });
    expect(data.map((entry) => [entry.publicUserData?.userId, entry.role])).toEqual([
      ['user_grace', 'org:member'],
      ['user_ada', 'org:admin'],
    ]);
    expect(totalCount).toBe(2);
    const admins = await organizations.getOrganizationMembershipList({
      organizationId: 'org_acme',
      role: ['org:admin'],
    });
    expect(admins.data.map((entry) => entry.publicUserData?.identifier)).toEqual(['ada@example.com']);
    const one = await organizations.getOrganizationMembershipList({
      organizationId: 'org_acme',
      userId: ['user_grace'],
      orderBy: '+created_at',
    });
    expect(one.totalCount).toBe(1);
  });

  type MembershipParameters = Parameters<typeof context.clerk.organizations.getOrganizationMembershipList>[0];

  test.each<[Omit<MembershipParameters, 'organizationId'>, string[]]>([
    [{ orderBy: '+first_name' }, ['user_ada', 'user_grace']],
    [{ orderBy: '-email_address' }, ['user_grace', 'user_ada']],
    [{ userId: ['-user_ada'] }, ['user_grace']],
    [{ emailAddress: ['ada@example.com'] }, ['user_ada']],
    [{ username: ['grace'] }, ['user_grace']],
    [{ query: 'love' }, ['user_ada']],
    [{ nameQuery: 'hopper' }, ['user_grace']],
    [{ emailAddressQuery: 'ADA@' }, ['user_ada']],
    [{ usernameQuery: 'rac' }, ['user_grace']],
    [{ phoneNumberQuery: '555' }, []],
    [{ phoneNumber: ['+15555550100'] }, []],
    [{ web3Wallet: ['0x0'] }, []],
    [{ createdAtAfter: 1_704_067_200_000 }, ['user_grace']],
  ])('lists members by %j', async (parameters, expected) => {
    const { data, totalCount } = await context.clerk.organizations.getOrganizationMembershipList({
      organizationId: 'org_acme',
      ...parameters,
    });
    expect(data.map((entry) => entry.publicUserData?.userId)).toEqual(expected);
    expect(totalCount).toBe(expected.length);
  });

  test('lists the members of all organizations', async () => {
    const { data, totalCount } = await context.clerk.organizations.getInstanceOrganizationMembershipList({
      orderBy: '+created_at',
      limit: 3,
    });
    expect(data.map(({ organization, publicUserData }) => [organization.id, publicUserData?.userId])).toEqual(
      [
        ['org_acme', 'user_ada'],
        ['org_globex', 'user_ada'],
        ['org_acme', 'user_grace'],
      ],
    );
    expect(totalCount).toBe(4);
  });
});
