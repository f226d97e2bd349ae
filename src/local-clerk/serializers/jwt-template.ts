import type { Template } from '../store/template.ts';

/** Returns a JWT template as Clerk's API shows it: without its signing key. */
export function serializeTemplate(template: Template) {
  return {
    object: 'jwt_template',
    id: template.id,
    name: template.name,
    claims: template.claims,
    lifetime: template.lifetime,
    allowed_clock_skew: template.allowed_clock_skew,
    custom_signing_key: template.key !== null,
    signing_algorithm: template.key?.algorithm ?? 'RS256',
    created_at: template.created_at,
    updated_at: template.updated_at,
  };
}
