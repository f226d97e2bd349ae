import type { z } from 'zod';

/**
 * What a schema makes of a value that a test or a developer gave.
 *
 * @param what What the value is for, for the message.
 * @throws Error in one sentence that says what was expected.
 */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = [what, ...(issue?.path ?? [])].join('.');
  throw new Error(`The local Clerk cannot use ${place}: ${issue?.message}`);
}
