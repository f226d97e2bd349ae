/** Every endpoint that the local Clerk answers, named by Clerk's own path templates. */
export const ENDPOINTS = [
  'GET /.well-known/jwks.json',
  'GET /v1/jwks',
  'GET /v1/domains',
  'GET /v1/sessions',
  'POST /v1/sessions',
  'GET /v1/sessions/{session_id}',
  'POST /v1/sessions/{session_id}/revoke',
  'POST /v1/sessions/{session_id}/tokens',
  'POST /v1/sessions/{session_id}/tokens/{template_name}',
  'GET /v1/users',
  'GET /v1/users/count',
  'GET /v1/users/{user_id}',
  'POST /v1/users/{user_id}/ban',
  'POST /v1/users/{user_id}/unban',
  'GET /v1/users/{user_id}/organization_memberships',
  'GET /v1/jwt_templates',
  'POST /v1/jwt_templates',
  'GET /v1/jwt_templates/{template_id}',
  'PATCH /v1/jwt_templates/{template_id}',
  'DELETE /v1/jwt_templates/{template_id}',
  'GET /v1/organizations',
  'GET /v1/organizations/{organization_id}',
  'GET /v1/organizations/{organization_id}/memberships',
  'GET /v1/organization_memberships',
] as const;

/** An endpoint that the local Clerk answers. */
export type KnownEndpoint = (typeof ENDPOINTS)[number];

/** What requests are counted and controlled by; `unmatched` is every path that the local Clerk does not know. */
export type Endpoint = KnownEndpoint | 'unmatched';

/** The JWKS is public and has no rate limit: https://clerk.com/docs/guides/how-clerk-works/system-limits */
export const isUnlimited = (endpoint: Endpoint) =>
  endpoint === 'GET /v1/jwks' || endpoint === 'GET /.well-known/jwks.json';

/** Endpoints that want no secret key. */
export const isPublic = (endpoint: Endpoint) => endpoint === 'GET /.well-known/jwks.json';

/** @throws Error for a name that is no endpoint's: a fault meant for it would never show, and a test would prove nothing. */
export function requireEndpoint(endpoint: Endpoint): Endpoint {
  if (endpoint === 'unmatched' || ENDPOINTS.some((known) => known === endpoint)) return endpoint;
  throw new Error(
    `The local Clerk has no endpoint "${endpoint}". Expected one of: ${ENDPOINTS.join(', ')}, unmatched.`,
  );
}
