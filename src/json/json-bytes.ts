const utf8 = new TextEncoder();
const known = new WeakMap<object, number>();

/** The length of a value as JSON, in bytes of UTF-8. The value must be one that `JSON.stringify` writes. */
export function jsonBytes(value: unknown): number {
  return utf8.encode(JSON.stringify(value)).length;
}

/** The same for an object that does not change any more. It is measured once. */
export function jsonBytesOnce(value: object): number {
  const bytes = known.get(value) ?? jsonBytes(value);
  known.set(value, bytes);
  return bytes;
}

/**
 * Whether a value is at most so many bytes long as JSON. The value is not written out for it, and objects that `jsonBytesOnce` has
 * measured are not walked through. Numbers and dates count with their greatest length.
 */
export function fitsJsonBytes(value: unknown, bytes: number): boolean {
  return roomAfter(value, bytes, mostBytes) >= 0 || roomAfter(value, bytes, jsonBytes) >= 0;
}

// No character takes more than 6 bytes: \u0000.
const mostBytes = (text: string) => 2 + 6 * text.length;

/** Bytes that are left; negative when the value is longer. */
function roomAfter(value: unknown, room: number, bytesOf: (text: string) => number): number {
  if (typeof value === 'string') return room - bytesOf(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return room - 26;
  const measured = known.get(value);
  if (measured !== undefined) return room - measured;
  let left = room - 2;
  for (const [name, inner] of Object.entries(value)) {
    if (left < 0) return left;
    left = roomAfter(inner, left - bytesOf(name) - 2, bytesOf);
  }
  return left;
}
