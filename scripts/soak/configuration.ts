import { fileURLToPath } from 'node:url';
import type { SubgraphToken, TemplatePolicy } from '../../src/index.ts';
import type { LocalClerkData } from '../../src/local-clerk/index.ts';

/** The option `templates` of the gateways. */
export const templates = {
  hasura: { maxCacheAge: 20 },
  // Renewed every few seconds.
  hot: { maxCacheAge: 3 },
  short: { maxCacheAge: 8, lifetime: 30 },
  uncached: { cache: false },
  reports: {
    requires: { permission: 'org:reports:read' },
    organizationClaim: 'organization_id',
    maxCacheAge: 10,
  },
  // Configured, but unknown to Clerk.
  ghost: {},
} satisfies Record<string, TemplatePolicy>;

export type Template = keyof typeof templates;

/** Returns the audience of the token exchange that gets the token of a template. */
export const audienceOf = (template: string) => `https://${template}.example.com`;

/** The option `tokenExchange` of the gateways. */
export const tokenExchange = Object.fromEntries(
  Object.keys(templates).map((template) => [audienceOf(template), template]),
);

/** The option `subgraphs` of the gateways: for each template a subgraph of its name. */
export const subgraphs: Readonly<Record<string, SubgraphToken>> = {
  ...Object.fromEntries(Object.keys(templates).map((template) => [template, { template }])),
  short: { template: 'short', header: 'x-short-token' },
  uncached: { template: 'uncached', onFailure: 'anonymous' },
};

/** Returns the age up to which the gateways return a held token of a template while Clerk works, in seconds. */
export function cacheAgeOf(template: string): number {
  const policy: TemplatePolicy = templates[template as Template] ?? {};
  return policy.cache === false ? 0 : (policy.maxCacheAge ?? 60);
}

/** Returns the option `mode` of a gateway. In development, errors tell their reasons. */
export const modeOf = (gateway: number) => (gateway % 2 === 0 ? 'development' : 'production');

/** The option `maxStaleAge` of the gateways, in seconds: the age at which a token is no longer returned. */
export const maxStaleAge = 20;

/** The longest life of a session token, in seconds. */
export const longestSessionToken = 600;

const userCount = 150;
const organizations = ['org_one', 'org_two', 'org_three'];

export const users = Array.from({ length: userCount }, (_, at) => `user_${at}`);
/** Users that are never banned or deleted: their requests at the end must all succeed. */
export const quietUsers = Array.from({ length: 10 }, (_, at) => `user_quiet_${at}`);

/** Returns the two organizations of a user. The user may read reports in the first. */
export function organizationsOf(userId: string): [string, string] {
  const at = Number(userId.match(/\d+/)?.[0] ?? 0);
  const organization = (offset: number) => organizations[(at + offset) % organizations.length] ?? '';
  return [organization(0), organization(1)];
}

/** Returns the data of the local Clerk at the start. */
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

/** Returns the path of a file in this folder. */
export const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
