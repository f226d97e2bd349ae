/**
 * A JSON object: not an array, not null, not an instance of a class. Those of another realm count too: test runners hand
 * out the globals of theirs, `structuredClone` and `Response.json` among them.
 */
export type PlainObject = Record<string, unknown>;

export function isPlainObject(value: unknown): value is PlainObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
