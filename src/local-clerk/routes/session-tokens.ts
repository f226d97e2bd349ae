import type { Context } from 'hono';
import { z } from 'zod';
import { lifetime } from '../data/template-schema.ts';
import { templateNotFound } from '../errors/error-catalog.ts';
import { firebaseTemplateName } from '../store/firebase-integration.ts';
import { findTemplateByName } from '../store/lookups.ts';
import { signFirebaseToken } from '../tokens/firebase-token.ts';
import { signSessionToken } from '../tokens/session-token.ts';
import { signTemplateToken } from '../tokens/template-token.ts';
import { findTokenSubject } from '../tokens/token-subject.ts';
import { type Handler, pathParameter } from './handler.ts';
import { readBody } from './read-request.ts';

const tokenBody = z.object({ expires_in_seconds: lifetime.nullish() });

/** The statuses with a token. Pending sessions count as signed out; Clerk does not document its answer for them. */
const mintableStatuses = ['active'] as const;

/** `POST /v1/sessions/{session_id}/tokens`: a session token. */
export const postSessionToken: Handler = async (c, instance) => {
  const body = await readBody(c, tokenBody);
  const subject = findTokenSubject(instance, pathParameter(c, 'session_id'), mintableStatuses);
  const lifetimeSeconds = body.expires_in_seconds ?? undefined;
  return tokenResponse(c, await signSessionToken(instance, subject, { lifetimeSeconds }));
};

/** `POST /v1/sessions/{session_id}/tokens/{template_name}`: a token of a JWT template or of the Firebase integration. */
export const postTemplateToken: Handler = async (c, instance) => {
  const body = await readBody(c, tokenBody);
  const subject = findTokenSubject(instance, pathParameter(c, 'session_id'), mintableStatuses);
  const { store } = instance;
  const name = pathParameter(c, 'template_name');
  const template = findTemplateByName(store, name);
  const lifetimeSeconds = body.expires_in_seconds ?? undefined;
  if (template)
    return tokenResponse(c, await signTemplateToken(instance, subject, template, lifetimeSeconds));
  if (!store.firebase || name !== firebaseTemplateName) throw templateNotFound('name', name);
  return tokenResponse(c, await signFirebaseToken(instance, subject, store.firebase, lifetimeSeconds));
};

function tokenResponse(c: Context, jwt: string): Response {
  return c.json({ object: 'token', jwt });
}
