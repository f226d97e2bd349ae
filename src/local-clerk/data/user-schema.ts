import { z } from 'zod';
import { id, metadata, optionalText, slugs, timestamp } from './fields.ts';

const verification = z
  .object({ status: z.enum(['unverified', 'verified', 'failed', 'expired']).default('verified') })
  .nullable()
  .default({ status: 'verified' });

/** A contact; plain text is a verified one. Preprocessing keeps the path of each issue, which a union would lose. */
function contact<Shape extends z.ZodObject>(field: string, schema: Shape) {
  const entry = (value: unknown) => (typeof value === 'string' ? { [field]: value } : value);
  return z.preprocess<unknown, Shape, string | z.input<Shape>>(entry, schema);
}

const email = contact(
  'email_address',
  z.object({ id: id.optional(), email_address: z.string(), verification }),
);

const phone = contact(
  'phone_number',
  z.object({ id: id.optional(), phone_number: z.string(), verification }),
);

/** A user; only the id is required. `name`, `email_address`, `plans` and `features` are additions to Clerk's shape. */
export const userSchema = z.object({
  id,
  /** The source of the first and the last name when they are absent. */
  name: z.string().optional(),
  first_name: optionalText,
  last_name: optionalText,
  username: optionalText,
  external_id: optionalText,
  /** The short form of a verified entry in `email_addresses`. */
  email_address: z.string().optional(),
  email_addresses: z.array(email).default([]),
  primary_email_address_id: z.string().nullable().optional(),
  phone_numbers: z.array(phone).default([]),
  primary_phone_number_id: z.string().nullable().optional(),
  image_url: z.string().default(''),
  two_factor_enabled: z.boolean().default(false),
  public_metadata: metadata,
  private_metadata: metadata,
  unsafe_metadata: metadata,
  banned: z.boolean().default(false),
  locked: z.boolean().default(false),
  created_at: timestamp.optional(),
  updated_at: timestamp.optional(),
  last_sign_in_at: timestamp.nullable().default(null),
  last_active_at: timestamp.nullable().default(null),
  /** Plans of the user: `pla` in session tokens. */
  plans: slugs.default(['free_user']),
  /** Features of those plans: `fea` in session tokens. */
  features: slugs.default([]),
});
