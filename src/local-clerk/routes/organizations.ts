import { z } from 'zod';
import { organizationNotFound } from '../errors/error-catalog.ts';
import { serializeOrganization, serializeOrganizationWithCount } from '../serializers/organization.ts';
import type { Organization } from '../store/organization.ts';
import type { Store } from '../store/store.ts';
import { type Handler, pathParameter } from './handler.ts';
import { newestFirst, orderBy, pageOf, passesSignedFilter } from './list.ts';
import { flag, page, readQuery, repeated } from './read-request.ts';

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

/** `GET /v1/organizations`. */
export const listOrganizations: Handler = (c, { store }) => {
  const query = readQuery(c, listQuery);
  const found = newestFirst(store.organizations.values()).filter((organization) =>
    matches(store, organization, query),
  );
  const sortValue = (organization: Organization, field: string) =>
    field === 'members_count'
      ? membersOf(store, organization).length
      : organization[field as 'name' | 'created_at'];
  const ordered = query.order_by === '-created_at' ? found : orderBy(found, query.order_by, sortValue);
  const data = pageOf(ordered, query).map(serializer(store, query));
  return c.json({ data, total_count: found.length });
};

/** `GET /v1/organizations/{organization_id}`, by id or slug. */
export const getOrganization: Handler = (c, { store }) => {
  const query = readQuery(c, getQuery);
  const idOrSlug = pathParameter(c, 'organization_id');
  const bySlug = () =>
    [...store.organizations.values()].find((organization) => organization.slug === idOrSlug);
  const organization = store.organizations.get(idOrSlug) ?? bySlug();
  if (!organization) throw organizationNotFound();
  return c.json(serializer(store, query)(organization));
};

function serializer(store: Store, query: { include_members_count?: boolean | undefined }) {
  if (!query.include_members_count) return serializeOrganization;
  return (organization: Organization) => serializeOrganizationWithCount(store, organization);
}

function matches(store: Store, organization: Organization, query: z.output<typeof listQuery>): boolean {
  const hasMember = (userId: string) =>
    membersOf(store, organization).some((membership) => membership.user_id === userId);
  return (
    matchesText(organization, query.query) &&
    passesSignedFilter(query.organization_id, (id) => id === organization.id) &&
    passesSignedFilter(query.user_id, hasMember)
  );
}

function membersOf(store: Store, organization: Organization) {
  return store.memberships.filter((membership) => membership.organization_id === organization.id);
}

/** Returns whether a text equals the id, or is part of the name or the slug, ignoring case. */
function matchesText({ id, name, slug }: Organization, text: string | undefined) {
  if (text === undefined) return true;
  return id === text || [name, slug].some((value) => value.toLowerCase().includes(text.toLowerCase()));
}
