/** Levels of nesting of JSON that are accepted: far beyond use, and far from where `JSON.stringify` runs out of stack. */
export const maxJsonDepth = 100;

/** Whether a JSON value is nested no deeper than that. */
export function isWithinJsonDepth(value: unknown, levels: number = maxJsonDepth): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isWithinJsonDepth(inner, levels - 1));
}
