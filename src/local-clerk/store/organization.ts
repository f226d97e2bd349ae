import { creationTime } from '../data/fields.ts';
import { slugOf } from '../data/organization-schema.ts';
import type { ParsedData } from '../data/parsed-data.ts';

/** An organization. */
export type Organization = ReturnType<typeof toOrganization>;

/** Completes an organization of the data. @param index - the position in the data, which orders organizations without dates */
export function toOrganization(organization: ParsedData['organizations'][number], index: number) {
  const created = organization.created_at ?? creationTime(index);
  return {
    ...organization,
    name: organization.name ?? organization.id,
    slug: slugOf(organization),
    created_at: created,
    updated_at: organization.updated_at ?? created,
  };
}
