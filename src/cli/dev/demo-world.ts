import { createClient } from '../../clerk/client.ts';
import { templateNames } from '../../config/resolve-templates.ts';
import type { LocalClerk, LocalClerkSession } from '../../local-clerk/index.ts';
import type { Templates } from '../../mint/policy.ts';

/** A session with the names of its user, its organization, and the actor who impersonates the user. */
export interface DemoSession extends LocalClerkSession {
  userName: string;
  organizationName: string | null;
  actorName: string | null;
}

/** A JWT template, as the pages show it. */
export interface DemoTemplate {
  name: string;
  /** Lifetime of its tokens, in seconds. */
  lifetime: number;
  /** Such as `RS256`. */
  algorithm: string;
}

/** The sessions and templates of the local Clerk, as the pages show them. */
export interface DemoWorld {
  sessions: DemoSession[];
  templates: DemoTemplate[];
}

/**
 * Reads sessions and templates from the local Clerk, through Clerk's SDK.
 *
 * @param configured - the templates of the gateway; other templates are omitted
 */
export async function readDemoWorld(clerk: LocalClerk, configured: Templates): Promise<DemoWorld> {
  const { secretKey, publishableKey, url: apiUrl } = clerk;
  const sdk = createClient({ secretKey, publishableKey, apiUrl });
  const limit = 500;
  const [users, organizations, templates] = await Promise.all([
    sdk.users.getUserList({ limit }),
    sdk.organizations.getOrganizationList({ limit }),
    sdk.jwtTemplates.list({ limit }),
  ]);
  const userNames = new Map(users.data.map((user) => [user.id, user.fullName ?? user.username ?? user.id]));
  const nameOf = (userId: string) => userNames.get(userId) ?? userId;
  const organizationNames = new Map(organizations.data.map(({ id, name }) => [id, name]));
  const listed = templates.data.map(({ name, lifetime, signingAlgorithm: algorithm }) => {
    return { name, lifetime, algorithm };
  });
  const integrated = clerk
    .integrationTemplates()
    .filter(({ name }) => !listed.some((template) => template.name === name))
    .map(({ name, lifetime, algorithm }) => ({ name, lifetime, algorithm }));
  return {
    sessions: clerk.sessions().map((session) => ({
      ...session,
      userName: nameOf(session.userId),
      actorName: session.actor && nameOf(String(session.actor.sub)),
      organizationName: session.organizationId && (organizationNames.get(session.organizationId) ?? null),
    })),
    templates: [...listed, ...integrated]
      .filter(({ name }) => configured === '*' || templateNames(configured).includes(name))
      .sort((one, other) => one.name.localeCompare(other.name)),
  };
}
