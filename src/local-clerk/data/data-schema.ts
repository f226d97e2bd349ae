import { z } from 'zod';
import { firebaseSchema } from './firebase-schema.ts';
import { membershipSchema, organizationSchema, slugOf } from './organization-schema.ts';
import { sessionSchema } from './session-schema.ts';
import { templateId, templateSchema } from './template-schema.ts';
import { userSchema } from './user-schema.ts';

export const dataSchema = z
  .object({
    users: z.array(userSchema).default([]),
    organizations: z.array(organizationSchema).default([]),
    organization_memberships: z.array(membershipSchema).default([]),
    sessions: z.array(sessionSchema).default([]),
    jwt_templates: z.array(templateSchema).default([]),
    firebase_integration: firebaseSchema.nullish(),
  })
  .superRefine((data, context) => {
    for (const [list, key, values] of [
      ['users', 'id', data.users.map((user) => user.id)],
      ['organizations', 'id', data.organizations.map((organization) => organization.id)],
      ['organizations', 'slug', data.organizations.map(slugOf)],
      ['sessions', 'id', data.sessions.map((session) => session.id)],
      ['jwt_templates', 'name', data.jwt_templates.map((template) => template.name)],
      ['jwt_templates', 'id', data.jwt_templates.map(templateId)],
    ] as const) {
      const seen = new Set<string>();
      values.forEach((value, index) => {
        const known = seen.has(value);
        seen.add(value);
        if (!known) return;
        context.addIssue({
          code: 'custom',
          path: [list, index, key],
          message: `expected "${value}" only once`,
        });
      });
    }
    refuseDanglingReferences(data, context);
  });

/** The data with every default in place. */
export type ParsedData = z.output<typeof dataSchema>;

interface References {
  users: { id: string }[];
  organizations: { id: string }[];
  organization_memberships: MembershipEnds[];
  sessions: { user_id: string; last_active_organization_id: string | null }[];
}

interface MembershipEnds {
  user_id?: string | undefined;
  organization_id?: string | undefined;
  public_user_data?: { user_id: string } | undefined;
  organization?: { id: string } | undefined;
}

/** The user and the organization of a membership, however it was written. */
export function membershipEnds(membership: MembershipEnds) {
  return {
    userId: membership.user_id ?? membership.public_user_data?.user_id ?? '',
    organizationId: membership.organization_id ?? membership.organization?.id ?? '',
  };
}

function refuseDanglingReferences(data: References, context: z.RefinementCtx) {
  const users = new Set(data.users.map((user) => user.id));
  const organizations = new Set(data.organizations.map((organization) => organization.id));
  const members = new Set<string>();
  const complain = (path: (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', path, message });

  data.organization_memberships.forEach((membership, index) => {
    const { userId, organizationId } = membershipEnds(membership);
    const at = ['organization_memberships', index];
    if (!users.has(userId))
      complain([...at, 'user_id'], `expected the id of a user in this file, got "${userId}"`);
    if (!organizations.has(organizationId)) {
      complain(
        [...at, 'organization_id'],
        `expected the id of an organization in this file, got "${organizationId}"`,
      );
    }
    const member = JSON.stringify([userId, organizationId]);
    if (members.has(member))
      complain(at, `expected "${userId}" to be a member of "${organizationId}" only once`);
    members.add(member);
  });

  data.sessions.forEach((session, index) => {
    const at = ['sessions', index];
    const { user_id, last_active_organization_id: organizationId } = session;
    if (!users.has(user_id))
      complain([...at, 'user_id'], `expected the id of a user in this file, got "${user_id}"`);
    if (organizationId === null || members.has(JSON.stringify([user_id, organizationId]))) return;
    complain(
      [...at, 'last_active_organization_id'],
      `expected an organization that "${user_id}" is a member of, got "${organizationId}"`,
    );
  });
}
