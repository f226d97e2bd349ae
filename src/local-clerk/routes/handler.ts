import type { Context } from 'hono';
import type { Instance } from '../instance.ts';

/** Answers one endpoint of an instance. Throws an `ApiError` for every answer with an error status. */
export type Handler = (c: Context, instance: Instance) => Response | Promise<Response>;

/** Returns a parameter of the path, percent-decoded; `''` for one that the path does not have. */
export function pathParameter(c: Context, name: string): string {
  return c.req.param(name) ?? '';
}
