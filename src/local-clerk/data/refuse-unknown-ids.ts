import type { z } from 'zod';
import { type MembershipFields, membershipIds } from './membership-schema.ts';

interface Lists {
  users: { id: string }[];
  organizations: { id: string }[];
  organization_memberships: MembershipFields[];
  sessions: { user_id: string; last_active_organization_id: string | null }[];
}

/** Adds an issue for every id in memberships and sessions that the data do not define, and for repeated memberships. */
export function refuseUnknownIds(data: Lists, context: z.RefinementCtx): void {
  const users = new Set(data.users.map((user) => user.id));
  checkMemberships(data, users, context);
  checkSessions(data, users, context);
}

function checkMemberships(data: Lists, users: Set<string>, context: z.RefinementCtx): void {
  const organizations = new Set(data.organizations.map((organization) => organization.id));
  const seen = new Set<string>();
  data.organization_memberships.forEach((membership, index) => {
    const { userId, organizationId } = membershipIds(membership);
    const path = ['organization_memberships', index];
    if (!users.has(userId)) refuseUser(context, path, userId);
    if (!organizations.has(organizationId)) {
      const message = `expected the id of an organization in this file, got "${organizationId}"`;
      context.addIssue({ code: 'custom', path: [...path, 'organization_id'], message });
    }
    const member = memberKey(userId, organizationId);
    if (seen.has(member)) {
      const message = `expected "${userId}" to be a member of "${organizationId}" only once`;
      context.addIssue({ code: 'custom', path, message });
    }
    seen.add(member);
  });
}

function checkSessions(data: Lists, users: Set<string>, context: z.RefinementCtx): void {
  const members = new Set(
    data.organization_memberships.map(membershipIds).map((ids) => memberKey(ids.userId, ids.organizationId)),
  );
  data.sessions.forEach((session, index) => {
    const { user_id: userId, last_active_organization_id: organizationId } = session;
    const path = ['sessions', index];
    if (!users.has(userId)) refuseUser(context, path, userId);
    if (organizationId === null || members.has(memberKey(userId, organizationId))) return;
    const message = `expected an organization that "${userId}" is a member of, got "${organizationId}"`;
    context.addIssue({ code: 'custom', path: [...path, 'last_active_organization_id'], message });
  });
}

function refuseUser(context: z.RefinementCtx, path: PropertyKey[], userId: string): void {
  const message = `expected the id of a user in this file, got "${userId}"`;
  context.addIssue({ code: 'custom', path: [...path, 'user_id'], message });
}

function memberKey(userId: string, organizationId: string): string {
  return JSON.stringify([userId, organizationId]);
}
