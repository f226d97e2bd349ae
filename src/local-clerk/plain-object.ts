/** A JSON object. */
export type PlainObject = Record<string, unknown>;

/**
 * Tells whether a value is an object without a class: unlike `isRecord`, it refuses a `Date`, a `Map` and other instances.
 * Objects of another realm count: test runners pass objects of another global, such as those of `structuredClone`.
 */
export function isPlainObject(value: unknown): value is PlainObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
