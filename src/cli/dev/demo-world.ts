import { createClerkClient } from '@clerk/backend';
import { templateNames } from '../../config/resolve-templates.ts';
import type { LocalClerk, LocalClerkSession } from '../../local-clerk/index.ts';
import type { Templates } from '../../mint/policy.ts';

/** A session with the names that people know it by. */
export interface DemoSession extends LocalClerkSession {
  userName: string;
  organizationName: string | null;
}

/** A JWT template, as far as one should know it to ask for its tokens. */
export interface DemoTemplate {
  name: string;
  /** Seconds. */
  lifetime: number;
  signedWith: string;
}

/** What the start page shows. */
export interface DemoWorld {
  sessions: DemoSession[];
  templates: DemoTemplate[];
}

/**
 * Asks the local Clerk, through the real SDK, who and what is in it.
 *
 * @param configured - the templates that the gateway mints; others are left out
 */
export async function readDemoWorld(clerk: LocalClerk, configured: Templates = '*'): Promise<DemoWorld> {
  const { secretKey, url: apiUrl } = clerk;
  const sdk = createClerkClient({ secretKey, apiUrl, telemetry: { disabled: true } });
  const limit = 500;
  const [users, organizations, templates] = await Promise.all([
    sdk.users.getUserList({ limit }),
    sdk.organizations.getOrganizationList({ limit }),
    sdk.jwtTemplates.list({ limit }),
  ]);
  const userNames = new Map(users.data.map((user) => [user.id, user.fullName ?? user.username ?? user.id]));
  const organizationNames = new Map(organizations.data.map(({ id, name }) => [id, name]));
  const listed = templates.data.map(({ name, lifetime, signingAlgorithm }) => ({
    name,
    lifetime,
    signedWith: signingAlgorithm,
  }));
  const integrated = clerk
    .integrationTemplates()
    .filter(({ name }) => !listed.some((template) => template.name === name))
    .map(({ name, lifetime, algorithm }) => ({ name, lifetime, signedWith: algorithm }));
  return {
    sessions: clerk.sessions().map((session) => ({
      ...session,
      userName: userNames.get(session.userId) ?? session.userId,
      organizationName: session.organizationId && (organizationNames.get(session.organizationId) ?? null),
    })),
    templates: [...listed, ...integrated]
      .filter(({ name }) => configured === '*' || templateNames(configured).includes(name))
      .sort((one, other) => one.name.localeCompare(other.name)),
  };
}
