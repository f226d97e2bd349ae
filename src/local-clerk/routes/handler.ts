import type { Context } from 'hono';
import type { Instance } from '../instance.ts';

/** Answers one endpoint of an instance. Throws a ClerkError for anything but success. */
export type Handler = (c: Context, instance: Instance) => Response | Promise<Response>;

/** A parameter of the path, percent-decoded. */
export function pathParameter(c: Context, name: string): string {
  return c.req.param(name) ?? '';
}
