import type { Context } from 'hono';
import { z } from 'zod';
import { templateNotFound } from '../api-error.ts';
import { lifetime } from '../data/template-schema.ts';
import { firebaseTemplate } from '../firebase-integration.ts';
import { signFirebaseToken } from '../tokens/firebase-token.ts';
import { findSubject } from '../tokens/session-subject.ts';
import { signSessionToken } from '../tokens/session-token.ts';
import { signTemplateToken } from '../tokens/template-token.ts';
import { type Handler, pathParameter } from './handler.ts';
import { readBody } from './read-request.ts';

const tokenBody = z.object({ expires_in_seconds: lifetime.nullish() });

/** Clerk does not say what pending sessions get here; what counts as signed out gets no token from a backend. */
const MINTABLE = ['active'] as const;

export const postSessionToken: Handler = async (c, instance) => {
  const body = await readBody(c, tokenBody);
  const subject = findSubject(instance, pathParameter(c, 'session_id'), MINTABLE);
  const lifetimeSeconds = body.expires_in_seconds ?? undefined;
  return answerToken(c, await signSessionToken(instance, subject, { lifetimeSeconds }));
};

export const postTemplateToken: Handler = async (c, instance) => {
  const body = await readBody(c, tokenBody);
  const subject = findSubject(instance, pathParameter(c, 'session_id'), MINTABLE);
  const name = pathParameter(c, 'template_name');
  const template = [...instance.store.templates.values()].find((entry) => entry.name === name);
  const lifetimeSeconds = body.expires_in_seconds ?? undefined;
  if (template) return answerToken(c, await signTemplateToken(instance, subject, template, lifetimeSeconds));
  const { firebase } = instance.store;
  if (!firebase || name !== firebaseTemplate) throw templateNotFound('name', name);
  return answerToken(c, await signFirebaseToken(instance, subject, firebase, lifetimeSeconds));
};

function answerToken(c: Context, jwt: string) {
  return c.json({ object: 'token', jwt });
}
