import type { MembershipData } from './membership-data.ts';
import type { OrganizationData } from './organization-data.ts';
import type { UserData } from './user-data.ts';

/** Returns the users of the demo data: two members of organizations, and a support agent who impersonates. */
export const demoUsers = (): UserData[] => [
  {
    id: 'user_ada',
    first_name: 'Ada',
    last_name: 'Lovelace',
    username: 'ada',
    email_address: 'ada@example.com',
    public_metadata: { locale: 'en-GB', hasura_roles: ['user', 'editor'] },
    plans: ['pro'],
    features: ['exports'],
  },
  {
    id: 'user_grace',
    first_name: 'Grace',
    last_name: 'Hopper',
    username: 'grace',
    email_address: 'grace@example.com',
    two_factor_enabled: true,
    public_metadata: { hasura_roles: ['user'] },
  },
  { id: 'user_support', first_name: 'Sam', last_name: 'Support', email_address: 'support@example.com' },
];

/** Returns the organizations of the demo data. */
export const demoOrganizations = (): OrganizationData[] => [
  {
    id: 'org_acme',
    name: 'Acme',
    public_metadata: { region: 'eu' },
    plans: ['team'],
    features: ['reports'],
  },
  { id: 'org_globex', name: 'Globex', public_metadata: { region: 'us' } },
];

/** Returns the memberships of the demo data: Ada and Grace each are an admin of one organization and a member of the other. */
export const demoMemberships = (): MembershipData[] => [
  {
    user_id: 'user_ada',
    organization_id: 'org_acme',
    role: 'org:admin',
    permissions: ['org:reports:read', 'org:reports:write', 'org:invoices:read'],
  },
  { user_id: 'user_ada', organization_id: 'org_globex', role: 'org:member' },
  {
    user_id: 'user_grace',
    organization_id: 'org_acme',
    role: 'org:member',
    permissions: ['org:reports:read'],
  },
  { user_id: 'user_grace', organization_id: 'org_globex', role: 'org:admin' },
];
