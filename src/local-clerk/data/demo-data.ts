import { randomBytes } from 'node:crypto';
import type { LocalClerkData } from './local-clerk-data.ts';

/**
 * A small world to try things in: three users, two organizations, a session for each situation that a gateway should
 * know, and templates as services want them. Fresh on every call; the key of `nhost` is generated.
 */
export function demoData(): LocalClerkData {
  return {
    users: [
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
    ],
    organizations: [
      {
        id: 'org_acme',
        name: 'Acme',
        public_metadata: { region: 'eu' },
        plans: ['team'],
        features: ['reports'],
      },
      { id: 'org_globex', name: 'Globex', public_metadata: { region: 'us' } },
    ],
    organization_memberships: [
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
    ],
    sessions: [
      {
        id: 'sess_ada',
        user_id: 'user_ada',
        label: 'Ada without an organization: the plain case',
      },
      {
        id: 'sess_ada_acme',
        user_id: 'user_ada',
        last_active_organization_id: 'org_acme',
        label: 'Ada, admin of Acme: may read and write reports, read invoices',
      },
      {
        id: 'sess_ada_globex',
        user_id: 'user_ada',
        last_active_organization_id: 'org_globex',
        label: 'Ada, mere member of Globex: has no permissions',
      },
      {
        id: 'sess_grace_acme',
        user_id: 'user_grace',
        last_active_organization_id: 'org_acme',
        label: 'Grace, member of Acme: may read reports only',
      },
      {
        id: 'sess_grace_impersonated',
        user_id: 'user_grace',
        actor: { sub: 'user_support' },
        label: 'Grace, impersonated by Sam of support',
      },
      {
        id: 'sess_grace_pending',
        user_id: 'user_grace',
        status: 'pending',
        label: 'Grace with a task left to do: counts as signed out',
      },
      {
        id: 'sess_grace_revoked',
        user_id: 'user_grace',
        status: 'revoked',
        label: 'Grace after her session was revoked: gets no tokens',
      },
    ],
    firebase_integration: { client_email: 'firebase-adminsdk@demo-mintgate.iam.gserviceaccount.com' },
    jwt_templates: [
      {
        name: 'hasura',
        claims: {
          'https://hasura.io/jwt/claims': {
            'x-hasura-default-role': 'user',
            'x-hasura-allowed-roles': '{{user.public_metadata.hasura_roles}}',
            'x-hasura-user-id': '{{user.id}}',
            'x-hasura-org-id': '{{org.id}}',
          },
        },
      },
      // Only resembles a token for Firebase, which refuses it: a JWT template cannot set `iss` and `sub` to a service account.
      // `integration_firebase` is the template of Clerk's integration.
      {
        name: 'firebase',
        lifetime: 3600,
        claims: {
          aud: 'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit',
          uid: '{{user.id}}',
          claims: { name: '{{user.full_name}}', email: '{{user.primary_email_address}}' },
        },
      },
      {
        name: 'nhost',
        lifetime: 900,
        custom_signing_key: true,
        signing_algorithm: 'HS256',
        signing_key: randomBytes(32).toString('base64url'),
        claims: {
          'https://hasura.io/jwt/claims': {
            'x-hasura-default-role': 'user',
            'x-hasura-allowed-roles': ['user', 'me'],
            'x-hasura-user-id': '{{user.id}}',
          },
        },
      },
      { name: 'minimal', claims: {} },
      { name: 'short', lifetime: 30, claims: { name: '{{user.first_name}}' } },
      {
        name: 'reports',
        claims: {
          aud: 'reports',
          organization_id: '{{org.id}}',
          role: '{{org.role}}',
          permissions: '{{org_membership.permissions}}',
        },
      },
    ],
  };
}
