import { z } from 'zod';
import { organizationNotFound } from '../errors/error-catalog.ts';
import { serializeMembership } from '../serializers/membership.ts';
import { userOfMembership } from '../store/lookups.ts';
import type { Membership } from '../store/membership.ts';
import type { Store } from '../store/store.ts';
import { type Handler, pathParameter } from './handler.ts';
import { newestFirst, orderBy, pageOf } from './list.ts';
import { page, readQuery, repeated } from './read-request.ts';
import { matchesUser, userFilters, userSortValue } from './user-filters.ts';

const membershipsOrder = {
  order_by: z
    .string()
    .regex(/^[+-]?(phone_number|email_address|created_at|first_name|last_name|username)$/)
    .default('-created_at'),
};

const membershipsQuery = userFilters.extend({ role: repeated, ...membershipsOrder, ...page });

const allMembershipsQuery = z.strictObject({ ...membershipsOrder, ...page });

/** `GET /v1/organizations/{organization_id}/memberships`. */
export const listMemberships: Handler = (c, { store }) => {
  const query = readQuery(c, membershipsQuery);
  const organization = store.organizations.get(pathParameter(c, 'organization_id'));
  if (!organization) throw organizationNotFound();
  const found = store.memberships.filter(
    (membership) =>
      membership.organization_id === organization.id &&
      matchesUser(userOfMembership(store, membership), query) &&
      (!query.role || query.role.includes(membership.role)),
  );
  return c.json(membershipsPage(store, found, query));
};

/** `GET /v1/organization_memberships`: the memberships of all organizations. */
export const listAllMemberships: Handler = (c, { store }) =>
  c.json(membershipsPage(store, store.memberships, readQuery(c, allMembershipsQuery)));

function membershipsPage(store: Store, found: Membership[], query: z.output<typeof allMembershipsQuery>) {
  const newest = newestFirst(found);
  const sortValue = (membership: Membership, field: string) =>
    field === 'created_at'
      ? membership.created_at
      : userSortValue(userOfMembership(store, membership), field);
  const ordered = query.order_by === '-created_at' ? newest : orderBy(newest, query.order_by, sortValue);
  const data = pageOf(ordered, query).map((membership) => serializeMembership(store, membership));
  return { data, total_count: found.length };
}
