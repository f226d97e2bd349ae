import { randomBytes } from 'node:crypto';
import type { TemplateData } from './template-data.ts';

/** Returns the JWT templates of the demo data, in the forms that services expect. The key of `nhost` is random. */
export const demoTemplates = (): TemplateData[] => [
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
  // Resembles a token for Firebase. Firebase refuses it, because a JWT template cannot set `iss` and `sub` to a service account.
  // Firebase accepts tokens of `integration_firebase`, the template of Clerk's Firebase integration.
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
];
