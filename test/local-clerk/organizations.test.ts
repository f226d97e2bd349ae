import { describe, expect, test } from 'vitest';
import { clerkFailure } from './clerk-failure.ts';
import { useLocalClerk } from './use-local-clerk.ts';

const context = useLocalClerk();

type ListParameters = Parameters<typeof context.clerk.organizations.getOrganizationList>[0];

describe('organizations through the SDK', () => {
  test.each<[ListParameters, string[]]>([
    [{}, ['org_globex', 'org_acme']],
    [{ orderBy: 'name' }, ['org_acme', 'org_globex']],
    [{ limit: 1, offset: 1 }, ['org_acme']],
    [{ query: 'cm' }, ['org_acme']],
    [{ userId: ['user_support'] } as ListParameters, []],
    [{ organizationId: ['org_acme'] }, ['org_acme']],
    [{ includeMembersCount: true, orderBy: '-members_count' }, ['org_globex', 'org_acme']],
  ])('lists by %j', async (parameters, expected) => {
    const { data } = await context.clerk.organizations.getOrganizationList(parameters);
    expect(data.map((organization) => organization.id)).toEqual(expected);
  });

  test('gets one by id or slug, with the number of members when asked', async () => {
    const { organizations } = context.clerk;
    const byId = await organizations.getOrganization({ organizationId: 'org_acme' });
    expect(byId).toMatchObject({ name: 'Acme', slug: 'acme', publicMetadata: { region: 'eu' } });
    expect(byId.membersCount).toBeUndefined();
    const bySlug = await organizations.getOrganization({ slug: 'acme', includeMembersCount: true });
    expect(bySlug).toMatchObject({ id: 'org_acme', membersCount: 2 });
  });

  test('answers 404 for one that never was', async () => {
    const { organizations } = context.clerk;
    const calls = [
      organizations.getOrganization({ slug: 'none' }),
      organizations.getOrganizationMembershipList({ organizationId: 'org_none' }),
    ];
    for (const failure of await Promise.all(calls.map(clerkFailure))) {
      expect(failure).toMatchObject({ status: 404, code: 'resource_not_found' });
    }
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
});
