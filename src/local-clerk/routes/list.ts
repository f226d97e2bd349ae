/** One page of a list. */
export function slice<T>(things: T[], { limit, offset }: { limit: number; offset: number }): T[] {
  return things.slice(offset, offset + limit);
}

/** Newest first; of equal age the later in the data comes first. */
export function newestFirst<T extends { created_at: number }>(things: Iterable<T>): T[] {
  return [...things].reverse().sort((a, b) => b.created_at - a.created_at);
}

/** `+id` and plain `id` include, `-id` excludes; without any to include, everything not excluded is meant. */
export function matchesSigned(wanted: string[] | undefined, has: (id: string) => boolean): boolean {
  if (!wanted || wanted.length === 0) return true;
  const excluded = wanted.filter((id) => id.startsWith('-')).map((id) => id.slice(1));
  if (excluded.some(has)) return false;
  const included = wanted.filter((id) => !id.startsWith('-')).map((id) => id.replace(/^\+/, ''));
  return included.length === 0 || included.some(has);
}

/** `name` or `+name` ascending, `-name` descending; absent values last. */
export function orderBy<T>(things: T[], order: string, value: (thing: T, field: string) => unknown): T[] {
  const direction = order.startsWith('-') ? -1 : 1;
  const field = order.replace(/^[+-]/, '');
  return [...things].sort((a, b) => {
    const [left, right] = [value(a, field), value(b, field)];
    if (left == null || right == null) return Number(left == null) - Number(right == null);
    if (left === right) return 0;
    return (left < right ? -1 : 1) * direction;
  });
}
