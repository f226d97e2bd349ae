/** Every endpoint that the local Clerk has, named by its method and Clerk's path template. */
export const endpoints = [
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

/** An endpoint of `endpoints`. */
export type KnownEndpoint = (typeof endpoints)[number];

/**
 * The name of an endpoint for counts and faults: a method and Clerk's path template, such as
 * `GET /v1/users/{user_id}`. `unmatched` is every path that the local Clerk does not have.
 */
export type Endpoint = KnownEndpoint | 'unmatched';

/** Returns whether an endpoint has no rate limit: https://clerk.com/docs/guides/how-clerk-works/system-limits */
export const isUnlimited = (endpoint: Endpoint) =>
  endpoint === 'GET /v1/jwks' || endpoint === 'GET /.well-known/jwks.json';

/** Returns whether an endpoint needs no secret key. */
export const isPublic = (endpoint: Endpoint) => endpoint === 'GET /.well-known/jwks.json';

/**
 * Returns the endpoint, if it exists. A fault for a misspelt endpoint would have no effect, and its test would prove nothing.
 *
 * @throws Error for a name that is not an endpoint
 */
export function requireEndpoint(endpoint: Endpoint): Endpoint {
  if (endpoint === 'unmatched' || endpoints.some((known) => known === endpoint)) return endpoint;
  throw new Error(
    `The local Clerk has no endpoint "${endpoint}": use one of ${endpoints.join(', ')}, unmatched.`,
  );
}
