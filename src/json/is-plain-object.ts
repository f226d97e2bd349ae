/** A JSON object. */
export type PlainObject = Record<string, unknown>;

/**
 * Returns whether a value is an object without a class. Unlike `isRecord`, it is false for a `Date`, a `Map` and other instances.
 * It is true for objects of another realm, which test runners pass, such as those of `structuredClone`.
 */
export function isPlainObject(value: unknown): value is PlainObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
