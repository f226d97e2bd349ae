import type { z } from 'zod';

/**
 * Parses a value of a caller with a schema.
 *
 * @param name - the name of the value in the error message
 * @throws Error in one sentence that names the value and what was expected
 */
export function parseValue<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  name: string,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = [name, ...(issue?.path ?? [])].join('.');
  throw new Error(`The local Clerk cannot use ${path}: ${issue?.message}`);
}
