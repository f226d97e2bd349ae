import type { KnownEndpoint } from '../endpoints.ts';
import { listDomains } from './domains.ts';
import type { Handler } from './handler.ts';
import { getJwks } from './jwks.ts';
import { deleteTemplate, getTemplate, listTemplates, patchTemplate, postTemplate } from './jwt-templates.ts';
import { listAllMemberships, listMemberships } from './memberships.ts';
import { getOrganization, listOrganizations } from './organizations.ts';
import { postSessionToken, postTemplateToken } from './session-tokens.ts';
import { getSession, listSessions, postSession, revokeSession } from './sessions.ts';
import { countUsers, getUser, listUserMemberships, listUsers, postBan, postUnban } from './users.ts';

/** The handler of each endpoint. */
export const handlers: Record<KnownEndpoint, Handler> = {
  'GET /.well-known/jwks.json': getJwks,
  'GET /v1/jwks': getJwks,
  'GET /v1/domains': listDomains,
  'GET /v1/sessions': listSessions,
  'POST /v1/sessions': postSession,
  'GET /v1/sessions/{session_id}': getSession,
  'POST /v1/sessions/{session_id}/revoke': revokeSession,
  'POST /v1/sessions/{session_id}/tokens': postSessionToken,
  'POST /v1/sessions/{session_id}/tokens/{template_name}': postTemplateToken,
  'GET /v1/users': listUsers,
  'GET /v1/users/count': countUsers,
  'GET /v1/users/{user_id}': getUser,
  'POST /v1/users/{user_id}/ban': postBan,
  'POST /v1/users/{user_id}/unban': postUnban,
  'GET /v1/users/{user_id}/organization_memberships': listUserMemberships,
  'GET /v1/jwt_templates': listTemplates,
  'POST /v1/jwt_templates': postTemplate,
  'GET /v1/jwt_templates/{template_id}': getTemplate,
  'PATCH /v1/jwt_templates/{template_id}': patchTemplate,
  'DELETE /v1/jwt_templates/{template_id}': deleteTemplate,
  'GET /v1/organizations': listOrganizations,
  'GET /v1/organizations/{organization_id}': getOrganization,
  'GET /v1/organizations/{organization_id}/memberships': listMemberships,
  'GET /v1/organization_memberships': listAllMemberships,
};
