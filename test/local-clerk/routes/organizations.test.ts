import { describe, expect, test } from 'vitest';
import { clerkFailure } from '../clerk-failure.ts';
import { useLocalClerk } from '../use-local-clerk.ts';

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

  test('gets one by id or slug, with the number of members on request', async () => {
    const { organizations } = context.clerk;
    const byId = await organizations.getOrganization({ organizationId: 'org_acme' });
    expect(byId).toMatchObject({ name: 'Acme', slug: 'acme', publicMetadata: { region: 'eu' } });
    expect(byId.membersCount).toBeUndefined();
    const bySlug = await organizations.getOrganization({ slug: 'acme', includeMembersCount: true });
    expect(bySlug).toMatchObject({ id: 'org_acme', membersCount: 2 });
  });

  test('answers 404 for an unknown one', async () => {
    const { organizations } = context.clerk;
    const failure = await clerkFailure(organizations.getOrganization({ slug: 'none' }));
    expect(failure).toMatchObject({ status: 404, code: 'resource_not_found' });
  });
});
