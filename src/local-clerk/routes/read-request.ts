import type { Context } from 'hono';
import { z } from 'zod';
import { bodyInvalid, parameterInvalid } from '../api-error.ts';
import { readText } from './read-text.ts';

/** Bytes of a request body. */
const MAX_BODY = 1024 * 1024;

/**
 * The JSON body, checked. No body counts as an empty object, as the SDK sends none when it has nothing to say.
 *
 * @throws ClerkError 400 for malformed JSON, 422 for a field that is missing or wrong.
 */
export async function readBody<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  const text = await readText(c.req.raw, MAX_BODY);
  const json = text.trim() === '' ? {} : parseJson(text);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw bodyInvalid();
  return check(schema, json);
}

/** The query, checked; parameters of the schema that may repeat are arrays, all others the last of their values. */
export function readQuery<Schema extends z.ZodObject>(c: Context, schema: Schema): z.output<Schema> {
  const raw = Object.entries(c.req.queries()).map(([name, values]) => {
    // Clerk's other clients write `user_id[]=`; the SDK repeats the plain name.
    const key = name.replace(/\[\]$/, '');
    return [key, repeats(schema.shape[key]) ? values : values.at(-1)];
  });
  return check(schema, Object.fromEntries(raw));
}

/** A query parameter that may be given up to 100 times. */
export const repeated = z.array(z.string()).max(100).optional();

/** A query parameter that is `true` or `false`. */
export const flag = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .optional();

/** `limit` and `offset` as every list has them. */
export const page = {
  limit: z.coerce.number().int().min(1).max(500).default(10),
  offset: z.coerce.number().int().min(0).default(0),
};

function repeats(field: unknown) {
  return field === repeated;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw bodyInvalid();
  }
}

function check<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const name = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path[0];
  const parameter = String(name ?? 'body');
  if (issue?.code === 'unrecognized_keys') {
    const message = `${parameter} is not a parameter that the local Clerk knows for this request.`;
    throw parameterInvalid('form_param_unknown', parameter, message);
  }
  if (!Object.hasOwn(value as object, parameter)) {
    throw parameterInvalid('form_param_missing', parameter, `${parameter} must be included.`);
  }
  throw parameterInvalid('form_param_value_invalid', parameter, `${parameter} is invalid: ${issue?.message}`);
}
