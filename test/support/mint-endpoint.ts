import type { Endpoint } from '../../src/local-clerk/index.ts';

/** Clerk's endpoint for template tokens, in the form of the local Clerk's controls. */
export const mintEndpoint: Endpoint = 'POST /v1/sessions/{session_id}/tokens/{template_name}';
