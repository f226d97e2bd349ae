import { z } from 'zod';
import { organizationNotFound } from '../api-error.ts';
import { presentMembership, presentOrganization, withMembersCount } from '../serializers/organization.ts';
import { type Membership, memberOf, type Organization, type Store } from '../store.ts';
import { type Handler, pathParameter } from './handler.ts';
import { matchesSigned, newestFirst, orderBy, slice } from './list.ts';
import { flag, page, readQuery, repeated } from './read-request.ts';
import { matchesUser, userFilters, userSortValue } from './user-filters.ts';

const listQuery = z.strictObject({
  query: z.string().optional(),
  user_id: repeated,
  organization_id: repeated,
  include_members_count: flag,
  order_by: z
    .string()
    .regex(/^[+-]?(name|created_at|members_count)$/)
    .default('-created_at'),
  ...page,
});

const getQuery = z.strictObject({ include_members_count: flag });

const membershipsOrder = {
  order_by: z
    .string()
    .regex(/^[+-]?(phone_number|email_address|created_at|first_name|last_name|username)$/)
    .default('-created_at'),
};

const membershipsQuery = userFilters.extend({ role: repeated, ...membershipsOrder, ...page });

const allMembershipsQuery = z.strictObject({ ...membershipsOrder, ...page });

export const listOrganizations: Handler = (c, { store }) => {
  const query = readQuery(c, listQuery);
  const present = query.include_members_count ? withMembersCount(store) : presentOrganization;
  const members = (organization: Organization) =>
    store.memberships.filter((membership) => membership.organization_id === organization.id);
  const found = newestFirst(store.organizations.values()).filter(
    (organization) =>
      matchesText(organization, query.query) &&
      matchesSigned(query.organization_id, (id) => id === organization.id) &&
      matchesSigned(query.user_id, (id) =>
        members(organization).some((membership) => membership.user_id === id),
      ),
  );
  const sortValue = (organization: Organization, field: string) =>
    field === 'members_count' ? members(organization).length : organization[field as 'name' | 'created_at'];
  const ordered = query.order_by === '-created_at' ? found : orderBy(found, query.order_by, sortValue);
  return c.json({ data: slice(ordered, query).map(present), total_count: found.length });
};

export const getOrganization: Handler = (c, { store }) => {
  const query = readQuery(c, getQuery);
  const idOrSlug = pathParameter(c, 'organization_id');
  const bySlug = () =>
    [...store.organizations.values()].find((organization) => organization.slug === idOrSlug);
  const organization = store.organizations.get(idOrSlug) ?? bySlug();
  if (!organization) throw organizationNotFound();
  const present = query.include_members_count ? withMembersCount(store) : presentOrganization;
  return c.json(present(organization));
};

export const listMemberships: Handler = (c, { store }) => {
  const query = readQuery(c, membershipsQuery);
  const organization = store.organizations.get(pathParameter(c, 'organization_id'));
  if (!organization) throw organizationNotFound();
  const found = store.memberships.filter(
    (membership) =>
      membership.organization_id === organization.id &&
      matchesUser(memberOf(store, membership), query) &&
      (!query.role || query.role.includes(membership.role)),
  );
  return c.json(membershipsPage(store, found, query));
};

export const listAllMemberships: Handler = (c, { store }) =>
  c.json(membershipsPage(store, store.memberships, readQuery(c, allMembershipsQuery)));

function membershipsPage(store: Store, found: Membership[], query: z.output<typeof allMembershipsQuery>) {
  const newest = newestFirst(found);
  const sortValue = (membership: Membership, field: string) =>
    field === 'created_at' ? membership.created_at : userSortValue(memberOf(store, membership), field);
  const ordered = query.order_by === '-created_at' ? newest : orderBy(newest, query.order_by, sortValue);
  const data = slice(ordered, query).map((membership) => presentMembership(store, membership));
  return { data, total_count: found.length };
}

/** Exact for the id, partial for name and slug. */
function matchesText({ id, name, slug }: Organization, text: string | undefined) {
  if (text === undefined) return true;
  return id === text || [name, slug].some((value) => value.toLowerCase().includes(text.toLowerCase()));
}
