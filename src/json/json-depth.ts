/** The maximum depth of accepted JSON, in levels: far more than tokens need, far less than exhausts the stack of `JSON.stringify`. */
export const maxJsonDepth = 100;

/** Returns whether a JSON value has at most `levels` levels of objects and arrays. */
export function isWithinJsonDepth(value: unknown, levels: number = maxJsonDepth): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isWithinJsonDepth(inner, levels - 1));
}
