import { z } from 'zod';
import type { PlainObject } from '../plain-object.ts';
import { id, jsonObject, moment } from './fields.ts';

export const SESSION_STATUSES = [
  'active',
  'pending',
  'abandoned',
  'ended',
  'expired',
  'removed',
  'replaced',
  'revoked',
] as const;

export const sessionStatus = z.enum(SESSION_STATUSES);

/** Who really acts in an impersonated session: https://www.rfc-editor.org/rfc/rfc8693#section-4.1 */
export const actorSchema = z
  .custom<{ sub: string } & PlainObject>((value) => jsonObject.safeParse(value).success, 'expected an object')
  .refine(({ sub }) => typeof sub === 'string', { path: ['sub'], error: 'expected the id of a user' });

const factorAge = z.int().min(-1);

/** A session: an id and a user are enough. `label` and `factor_verification_age` are additions to Clerk's shape. */
export const sessionSchema = z.object({
  id,
  user_id: id,
  client_id: id.optional(),
  status: sessionStatus.default('active'),
  actor: actorSchema.nullable().default(null),
  last_active_organization_id: id.nullable().default(null),
  created_at: moment.optional(),
  updated_at: moment.optional(),
  last_active_at: moment.optional(),
  expire_at: moment.optional(),
  abandon_at: moment.optional(),
  /** Minutes since the first and the second factor were verified when the instance starts; -1 for never. */
  factor_verification_age: z.tuple([factorAge, factorAge]).default([0, -1]),
  /** What the session is good for, shown to developers. */
  label: z.string().default(''),
});
