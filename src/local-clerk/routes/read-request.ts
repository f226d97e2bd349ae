import type { Context } from 'hono';
import { z } from 'zod';
import { isRecord } from '../../json/is-record.ts';
import { bodyInvalid, parameterInvalid } from '../errors/error-catalog.ts';
import { readText } from './read-text.ts';

/** The largest request body, in bytes. */
const maxBodyBytes = 1024 * 1024;

/**
 * Reads the JSON body with a schema. An empty body counts as an empty object, because the SDK sends no body without parameters.
 *
 * @throws ApiError 400 for malformed JSON, 413 for a body above 1 MiB, 422 for a field that is missing or invalid
 */
export async function readBody<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  const text = await readText(c.req.raw, maxBodyBytes);
  const json = text.trim() === '' ? {} : parseJson(text);
  if (!isRecord(json)) throw bodyInvalid();
  return parse(schema, json);
}

/**
 * Reads the query with a schema. A `repeated` parameter is an array. For any other parameter, the last value counts.
 *
 * @throws ApiError 422 for a parameter that is missing, invalid or unknown
 */
export function readQuery<Schema extends z.ZodObject>(c: Context, schema: Schema): z.output<Schema> {
  const entries = Object.entries(c.req.queries()).map(([name, values]) => {
    // Some clients of Clerk write `user_id[]=`. The SDK repeats the plain name.
    const key = name.replace(/\[\]$/, '');
    return [key, schema.shape[key] === repeated ? values : values.at(-1)];
  });
  return parse(schema, Object.fromEntries(entries));
}

/** A query parameter that may occur up to 100 times. */
export const repeated = z.array(z.string()).max(100).optional();

/** A query parameter that is `true` or `false`. */
export const flag = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .optional();

/** The parameters of every list: `limit` (1 to 500, default 10) and `offset` (default 0). */
export const page = {
  limit: z.coerce.number().int().min(1).max(500).default(10),
  offset: z.coerce.number().int().min(0).default(0),
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw bodyInvalid();
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, value: object): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const parameter = String(issue.keys[0]);
    const message = `${parameter} is not a parameter of this request in the local Clerk.`;
    throw parameterInvalid('form_param_unknown', parameter, message);
  }
  const parameter = String(issue?.path[0] ?? 'body');
  if (!Object.hasOwn(value, parameter)) {
    throw parameterInvalid('form_param_missing', parameter, `${parameter} must be included.`);
  }
  throw parameterInvalid('form_param_value_invalid', parameter, `${parameter} is invalid: ${issue?.message}`);
}
