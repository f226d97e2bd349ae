import { z } from 'zod';
import type { PlainObject } from '../../json/is-plain-object.ts';
import { id, jsonObject, timestamp } from './fields.ts';
import type { RecordedStatus } from './session-data.ts';

/** The statuses of a session. */
export const sessionStatuses = [
  'active',
  'pending',
  'abandoned',
  'ended',
  'expired',
  'removed',
  'replaced',
  'revoked',
] as const satisfies readonly RecordedStatus[];

/** The status of a session. */
export const sessionStatus = z.enum(sessionStatuses);

/** The actor of an impersonated session: https://www.rfc-editor.org/rfc/rfc8693#section-4.1 */
const actorSchema = z
  .custom<{ sub: string } & PlainObject>((value) => jsonObject.safeParse(value).success, 'expected an object')
  .refine(({ sub }) => typeof sub === 'string', { path: ['sub'], error: 'expected the id of a user' });

const factorAge = z.int().min(-1);

/** A session; only the id and the user are required. `label` and `factor_verification_age` are additions to Clerk's shape. */
export const sessionSchema = z.object({
  id,
  user_id: id,
  client_id: id.optional(),
  status: sessionStatus.default('active'),
  actor: actorSchema.nullable().default(null),
  last_active_organization_id: id.nullable().default(null),
  created_at: timestamp.optional(),
  updated_at: timestamp.optional(),
  last_active_at: timestamp.optional(),
  expire_at: timestamp.optional(),
  abandon_at: timestamp.optional(),
  /** Minutes since the first and the second factor were verified, when the data are loaded; -1 for never. */
  factor_verification_age: z.tuple([factorAge, factorAge]).default([0, -1]),
  /** The purpose of the session, which the start page shows. */
  label: z.string().default(''),
});
