const utf8 = new TextEncoder();
const measuredObjects = new WeakMap<object, number>();

/** Returns the length of a value as JSON, in bytes of UTF-8. The value must be one that `JSON.stringify` can write. */
export function jsonBytes(value: unknown): number {
  return utf8.encode(JSON.stringify(value)).length;
}

/** Returns the length of an immutable object as JSON, in bytes of UTF-8. Each object is measured once. */
export function jsonBytesOnce(value: object): number {
  const bytes = measuredObjects.get(value) ?? jsonBytes(value);
  measuredObjects.set(value, bytes);
  return bytes;
}

/**
 * Returns whether the JSON of a value has at most `bytes` bytes. It is cheaper than `jsonBytes`: the value is not written, and objects that
 * `jsonBytesOnce` has measured are not visited. Numbers and dates count with their greatest length, so a value close to the limit may be
 * refused.
 */
export function fitsJsonBytes(value: unknown, bytes: number): boolean {
  return bytesLeft(value, bytes, maxBytesOf) >= 0 || bytesLeft(value, bytes, jsonBytes) >= 0;
}

/** The length of a date with its quotes, in bytes. No number is longer. */
const maxScalarBytes = 26;

// A character takes at most 6 bytes, as \u0000 does.
const maxBytesOf = (text: string) => 2 + 6 * text.length;

/** Returns how many of the bytes `left` remain after a value; negative for a value that is too long. */
function bytesLeft(value: unknown, left: number, bytesOf: (text: string) => number): number {
  if (typeof value === 'string') return left - bytesOf(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return left - maxScalarBytes;
  const measured = measuredObjects.get(value);
  if (measured !== undefined) return left - measured;
  let remaining = left - 2;
  for (const [name, inner] of Object.entries(value)) {
    if (remaining < 0) return remaining;
    remaining = bytesLeft(inner, remaining - bytesOf(name) - 2, bytesOf);
  }
  return remaining;
}
