import { fileURLToPath } from 'node:url';
import type { TemplatePolicy } from '../../src/index.ts';
import type { LocalClerkData } from '../../src/local-clerk/index.ts';

/** Signs the webhooks; for nothing else. */
export const webhookSecret = `whsec_${Buffer.from('a secret of the soak test').toString('base64')}`;

/** What the gateways are told about templates. */
export const templates = {
  hasura: { maxCacheAge: 20 },
  // Renewed again and again.
  hot: { maxCacheAge: 3 },
  short: { maxCacheAge: 8, lifetime: 30 },
  uncached: { cache: false },
  reports: {
    requires: { permission: 'org:reports:read' },
    organizationClaim: 'organization_id',
    maxCacheAge: 10,
  },
  // Configured, and unknown to Clerk.
  ghost: {},
} satisfies Record<string, TemplatePolicy>;

export type Template = keyof typeof templates;

/** Seconds from `iat` after which no token is handed out, whatever fails. */
export const maxStaleAge = 20;

/** Seconds. */
export const longestSessionToken = 600;

const userCount = 150;
const organizations = ['org_one', 'org_two', 'org_three'];

export const users = Array.from({ length: userCount }, (_, at) => `user_${at}`);
/** Never banned nor deleted: who asks at the end, when all is well again. */
export const quietUsers = Array.from({ length: 10 }, (_, at) => `user_quiet_${at}`);

/** The organizations of a user: the first is one where reports may be read. */
export function organizationsOf(userId: string): [string, string] {
  const at = Number(userId.match(/\d+/)?.[0] ?? 0);
  const organization = (offset: number) => organizations[(at + offset) % organizations.length] ?? '';
  return [organization(0), organization(1)];
}

/** The world of the local Clerk, as it is at the start. */
export function localClerkData(): LocalClerkData {
  const everyone = [...users, ...quietUsers];
  return {
    users: everyone.map((id) => ({ id, public_metadata: { locale: 'en' } })),
    organizations: organizations.map((id) => ({ id, name: id })),
    organization_memberships: everyone.flatMap((user_id) => {
      const [first, second] = organizationsOf(user_id);
      return [
        { user_id, organization_id: first, role: 'org:admin', permissions: ['org:reports:read'] },
        { user_id, organization_id: second, role: 'org:member' },
      ];
    }),
    sessions: [],
    jwt_templates: [
      {
        name: 'hasura',
        claims: { 'https://hasura.io/jwt/claims': { 'x-hasura-user-id': '{{user.id}}', org: '{{org.id}}' } },
      },
      { name: 'hot', claims: {} },
      { name: 'short', lifetime: 30, claims: {} },
      { name: 'uncached', claims: { locale: '{{user.public_metadata.locale}}' } },
      { name: 'reports', claims: { organization_id: '{{org.id}}' } },
    ],
  };
}

/** The file of a process of ours. */
export const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
